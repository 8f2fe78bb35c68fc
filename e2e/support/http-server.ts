import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface FileServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly requests: string[];
  /** Answers each request with a status from now on, or with files again. */
  readonly answerWith: (status: number | 'files') => void;
  /** Answers each HEAD of a path with a status from now on. */
  readonly answerHeadsOf: (path: string, status: number) => void;
  readonly close: () => Promise<void>;
}

/**
 * Serves the files of a directory on loopback. A request is answered when `ready` says so, and refused without `credentials`
 * (`user:password`) where there are some.
 */
export async function serveFiles(
  directory: string,
  ready: (path: string) => Promise<void> = () => Promise.resolve(),
  credentials?: string,
): Promise<FileServer> {
  const requests: string[] = [];
  let answer: number | 'files' = 'files';
  const heads = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(pathname);
    const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="e2e"' }).end();
      return;
    }
    void ready(pathname).then(() => {
      const status = (request.method === 'HEAD' ? heads.get(pathname) : undefined) ?? answer;
      if (status !== 'files') {
        response.writeHead(status).end();
        return;
      }
      createReadStream(join(directory, pathname))
        .on('error', () => response.writeHead(404).end())
        .pipe(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (status) => {
      answer = status;
    },
    answerHeadsOf: (path, status) => {
      heads.set(path, status);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
