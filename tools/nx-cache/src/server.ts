import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toDigest } from '@immutablue/oci';
import { MOST_BYTES, type Content } from './entry';
import type { Log } from './log';
import type { Kept, Results } from './results';
import { toTaskHash, type TaskHash } from './task-hash';

/** A server on loopback that speaks Nx's protocol. */
export interface NxCacheServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Who does not have it is refused: other users of the machine could give Nx results to take. */
  readonly token: string;
  /** Ends it, and connections that are open. */
  readonly close: () => Promise<void>;
}

export interface ServerOptions {
  readonly results: Results;
  /** An empty folder that no other user can read. Nx gets a result when all of it is there and is right. */
  readonly directory: string;
  readonly log: Log;
}

/** Of what is not kept Nx is told that it may not write: any other failure ends its run. */
const KEPT_STATUS: Readonly<Record<Kept, number>> = { kept: 200, 'there already': 409, 'not kept': 403 };

/**
 * Starts a server for Nx's results. It never has Nx fail: what cannot be found is not there, what cannot be kept is not kept.
 *
 * https://nx.dev/docs/kb/self-hosted-caching#open-api-specification
 */
export async function startServer({ results, directory, log }: ServerOptions): Promise<NxCacheServer> {
  const token = randomBytes(32).toString('base64url');
  const isAuthorized = authorization(token);

  const give = async (hash: TaskHash | undefined, file: string, response: ServerResponse) => {
    const content = hash === undefined ? undefined : await results.find(hash, file);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.size });
    await pipeline(createReadStream(file), response);
    log.taken();
  };

  const take = async (hash: TaskHash | undefined, file: string, request: IncomingMessage, response: ServerResponse) => {
    const content = await receive(request, file);
    const kept = hash === undefined || content === undefined ? 'not kept' : await results.keep(hash, file, content);
    response.writeHead(KEPT_STATUS[kept]).end();
    if (kept === 'kept') log.kept();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (!isAuthorized(request.headers.authorization)) {
      response.writeHead(401, { connection: 'close' }).end();
      return;
    }
    const hash = toTaskHash(/^\/v1\/cache\/([^/]*)$/.exec(request.url ?? '')?.[1] ?? '');
    const file = join(directory, randomUUID());
    const isWritten = request.method === 'PUT';
    try {
      await (isWritten ? take(hash, file, request, response) : give(hash, file, response));
    } catch (error) {
      // Nx has ended, and asks for nothing any more.
      if (request.socket.destroyed) return;
      log.failed('server', error);
      if (response.headersSent) response.destroy();
      else response.writeHead(isWritten ? KEPT_STATUS['not kept'] : 404).end();
    } finally {
      await rm(file, { force: true });
    }
  };

  const pending = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = answer(request, response).finally(() => pending.delete(answered));
    pending.add(answered);
  });
  // Nx keeps connections open between tasks. One that ends when it sends its next request fails its run.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await Promise.all(pending);
    },
  };
}

/** Whether an `Authorization` header has the token, in a time that does not tell how much of it is right. */
function authorization(token: string): (header: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(`Bearer ${token}`);
  return (header) => timingSafeEqual(digest(header ?? ''), wanted);
}

/** Writes what is sent to a file. All of it is read in any case: Nx takes an answer only then. @returns undefined for what is too large, and for nothing. */
async function receive(request: IncomingMessage, file: string): Promise<Content | undefined> {
  const hash = createHash('sha256');
  let size = 0;
  const counted = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > MOST_BYTES) continue;
      hash.update(piece);
      yield piece;
    }
  };
  await pipeline(request, counted, createWriteStream(file));
  if (size === 0 || size > MOST_BYTES) return undefined;
  return { digest: toDigest(`sha256:${hash.digest('hex')}`), size };
}
