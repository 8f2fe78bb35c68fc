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
  readonly close: () => Promise<void>;
}

/** Serves the files of a directory on loopback. A request is answered when `ready` says so. */
export async function serveFiles(
  directory: string,
  ready: (path: string) => Promise<void> = () => Promise.resolve(),
): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(pathname);
    void ready(pathname).then(() => {
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
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
