import { serveFiles } from './http-server';

/** Something that a script of a build waits for: it sees nothing of the workspace as it becomes while the build runs. */
export interface Gate {
  /** The script: says the notice `it begins`, and ends when the gate is open. */
  readonly script: string;
  readonly open: () => void;
  readonly close: () => Promise<void>;
}

/** A gate on loopback, which the build's own curl asks. */
export async function createGate(): Promise<Gate> {
  const server = await serveFiles('/nowhere');
  server.answerWith(503);
  return {
    script: `echo notice: it begins\nuntil curl --fail --silent ${server.url}/; do sleep 0.1; done\n`,
    open: () => {
      server.answerWith(200);
    },
    close: server.close,
  };
}
