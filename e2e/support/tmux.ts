import { randomUUID } from 'node:crypto';
import { runCommand, type Argv } from '@immutablue/oci';
import { shellCommand } from '@immutablue/diagnostics';
import { nxProgram, type Workspace } from './workspace';

/** A real terminal of a fixed size, in which nx runs. */
export interface Tmux {
  /** What it shows at the moment, without spaces at the ends of lines. */
  readonly screen: () => Promise<string>;
  /** Resolves with the screen once it matches. */
  readonly shows: (pattern: RegExp) => Promise<string>;
  /** Resolves when nx has ended, with all that the terminal has shown and not erased; lines that it wrapped are one. */
  readonly ended: () => Promise<{ readonly exitCode: number; readonly lines: readonly string[] }>;
  readonly close: () => Promise<void>;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** How often the screen is looked at, in milliseconds, and for how long. */
const [INTERVAL, PATIENCE] = [250, 240_000];

const END = /^END-(\d+)$/m;

/** Runs nx in a terminal of its own. @param interface_ Nx's own: `tui` draws over the whole screen while tasks run. */
export async function startInTmux(
  { root, environment }: Workspace,
  { columns, rows }: Size,
  nxInterface: 'tui' | 'lines',
  ...args: readonly string[]
): Promise<Tmux> {
  const socket = `immutablue-${randomUUID()}`;
  const tmux = async (...command: readonly string[]) =>
    (await runCommand(['tmux', '-L', socket, '-f', '/dev/null', ...command] as Argv)).stdout;
  const variables = { ...environment, TERM: 'tmux-256color', NX_TUI: String(nxInterface === 'tui') };
  const nx = [process.execPath, nxProgram(root), ...args];
  const assigned = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const command = shellCommand(['env', '--ignore-environment', '--chdir', root, ...assigned, ...nx]);
  // What stays on the screen at the end is looked at then.
  const script = `${command}; echo END-$?; exec sleep 600`;
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), script);
  await tmux('set-option', '-g', 'status', 'off');

  const capture = async (...options: readonly string[]) =>
    (await tmux('capture-pane', '-p', ...options)).replaceAll(/ +$/gm, '');
  const until = async (pattern: RegExp, ...options: readonly string[]) => {
    const started = Date.now();
    for (;;) {
      const text = await capture(...options);
      if (pattern.test(text)) return text;
      if (Date.now() - started > PATIENCE) throw new Error(`the terminal does not show ${String(pattern)}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  };
  return {
    screen: () => capture(),
    shows: (pattern) => until(pattern),
    ended: async () => {
      const text = await until(END, '-J', '-S', '-');
      return { exitCode: Number(END.exec(text)?.[1]), lines: text.split('\n') };
    },
    close: async () => {
      await tmux('kill-server');
    },
  };
}
