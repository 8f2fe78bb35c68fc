import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: it goes on to the registry, the connection is cut, it gets no answer, or a status. */
export type Fate = 'passed' | 'cut' | 'held' | number;

export interface RegistryProxy {
  /** `127.0.0.1:<port>`, as it stands in front of image names. */
  readonly address: string;
  /** How many bytes of bodies were sent to the registry since the last call. */
  readonly takeBytes: () => number;
  /** How many bytes of bodies came back from the registry since the last call. */
  readonly takeAnsweredBytes: () => number;
  /** The requests since the last call: `PUT /v2/…`. */
  readonly takeRequests: () => readonly string[];
  /** Decides of each request from now on; all pass when none is given. */
  readonly decide: (fateOf?: (request: string) => Fate) => void;
  readonly close: () => Promise<void>;
}

/** Stands in front of a registry on loopback: counts what is sent, and makes faults. */
export async function startRegistryProxy(registry: string): Promise<RegistryProxy> {
  const [host, port] = registry.split(':');
  let bytes = 0;
  let answeredBytes = 0;
  let requests: string[] = [];
  let fateOf: (request: string) => Fate = () => 'passed';
  const server = createServer((incoming, response) => {
    const name = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    requests.push(name);
    const fate = fateOf(name);
    if (typeof fate === 'number') {
      incoming.resume();
      response.writeHead(fate, { 'content-type': 'text/plain' }).end('of the test');
      return;
    }
    if (fate === 'held') {
      incoming.resume();
      return;
    }
    // With the host that the proxy was asked by: of that the registry makes the addresses that it gives.
    const outgoing = send({ host, port, method: incoming.method, path: incoming.url, headers: incoming.headers });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('data', (piece: Buffer) => {
        answeredBytes += piece.length;
      });
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (fate !== 'cut') return;
      outgoing.destroy();
      incoming.destroy();
    });
    if (fate === 'cut' && (incoming.headers['content-length'] ?? '0') === '0') incoming.destroy();
    else incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeBytes: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
    takeAnsweredBytes: () => {
      const taken = answeredBytes;
      answeredBytes = 0;
      return taken;
    },
    takeRequests: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    decide: (decision = () => 'passed') => {
      fateOf = decision;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
