import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The answers to a method and a path, one after the other; the last one from then on. */
export type Answers = Readonly<Record<string, readonly [Answer, ...Answer[]]>>;

export interface TestServer {
  readonly host: string;
  /** `GET /v2/`, in order, without those queries. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

/** A server on loopback that answers as a test says, and 404 to all else. `/v2/` asks for no login unless it is said. */
export async function serve(answers: Answers): Promise<TestServer> {
  const requests: string[] = [];
  const all: Answers = { 'GET /v2/': [status(200)], ...answers };
  const server = createServer((request, response) => {
    const name = `${request.method ?? ''} ${(request.url ?? '').split('?', 1)[0] ?? ''}`;
    const earlier = requests.filter((other) => other === name).length;
    requests.push(name);
    const own = all[name];
    (own?.[earlier] ?? own?.at(-1) ?? status(404))(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads what is sent, and answers with a status. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answer {
  return (request, response) => {
    request.resume().on('end', () => response.writeHead(code, headers).end(body));
  };
}

/** Sends so many bytes of an answer, and cuts the connection. */
export function cutAfter(bytes: number, body: Buffer): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
  };
}

/** Never ends. */
export const endless: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const piece = Buffer.alloc(65_536, 'x');
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
};
