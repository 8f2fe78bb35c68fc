import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createGate } from './support/gate';
import { outputOf } from './support/program';
import { startInTmux, type Size } from './support/tmux';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** What a person reads: in terminals of several sizes, in pipes, and where Nx prints it again. */
let workspace: Workspace;

const VARIANT = 'e2e-teal';
const BUILD = ['build', VARIANT, '--exclude-task-dependencies'] as const;
const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 140, rows: 45 },
];

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.addVariant(VARIANT, {
    files: {
      'packages.yaml': 'immutablue:\n  rpm:\n    all: [tmux, htop]\n',
      'build/35-mesa.sh': 'echo in the log alone\n',
    },
  });
});

afterAll(() => workspace.dispose());

/** The lines that a build printed, without times and IDs. */
function ofBuild(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.startsWith('building '));
  const last = lines.findIndex((line) => line.startsWith('built '));
  return lines
    .slice(first, last + 1)
    .map((line) => line.replaceAll(/[\d.]+ s\b/g, 'N s').replaceAll(/\b[0-9a-f]{12}\b/g, 'ID'));
}

describe('a built image', () => {
  const seen: string[][] = [];

  it.each([
    ...SIZES.flatMap((size) => [
      { size, nxInterface: 'tui' as const },
      { size, nxInterface: 'lines' as const },
    ]),
  ])('is told once, in lines that are right at any width: $size $nxInterface', async ({ size, nxInterface }) => {
    const terminal = await startInTmux(workspace, size, nxInterface, ...BUILD, '--clean');
    const { exitCode, lines } = await terminal.ended();
    await terminal.close();
    expect(exitCode).toBe(0);
    for (const text of ['building ', 'built ', '[90-post]']) {
      expect(lines.filter((line) => line.startsWith(text))).toHaveLength(1);
    }
    seen.push(ofBuild(lines));
  });

  it('is told alike in all of them, and in a pipe, in fifteen lines of 80 columns, the result last', async () => {
    const output = outputOf(await workspace.nx(...BUILD, '--clean'));
    expect(output).not.toMatch(/[\r\u001b]/);
    const lines = ofBuild(output.split('\n'));
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).not.toMatch(/Installing|in the log alone/);
    expect(lines.at(-1)).toBe(`built ${imageOf(VARIANT)} in N s: image ID`);
    expect(seen).toEqual(SIZES.flatMap(() => [lines, lines]));
  });

  it('is one line when it is cached, whatever was printed when it was built, also where it was on a terminal', async () => {
    const cached = `${imageOf(VARIANT)} is up to date: image `;
    const terminal = await startInTmux(workspace, SIZES[0] ?? { columns: 80, rows: 24 }, 'lines', ...BUILD);
    const { lines } = await terminal.ended();
    await terminal.close();
    const piped = outputOf(await workspace.nx(...BUILD));
    for (const shown of [lines, piped.split('\n')]) {
      const own = shown.filter((line) => line !== '' && !/^(?:> nx| *NX |Nx read|\u2014+$|END-)/.test(line));
      expect(own).toEqual([expect.stringContaining(cached)]);
    }
    expect(piped).not.toMatch(/[\r\u001b]/);
  });

  it('says everything with --verbose', async () => {
    const output = outputOf(await workspace.nx(...BUILD, '--clean', '--verbose'));
    expect(output).toContain('[35-mesa]   | in the log alone\n');
    expect(output).toMatch(/\[30-install-packages\] {3}\| .*Installing/);
  });
});

it('says in a terminal, and there once, what a long sub-stage is at', async () => {
  const gate = await createGate();
  await workspace.addVariant('e2e-slow', { files: { 'build/35-mesa.sh': gate.script } });
  for (const size of SIZES) {
    const terminal = await startInTmux(workspace, size, 'tui', 'build', 'e2e-slow', '--exclude-task-dependencies');
    try {
      const screen = await terminal.shows(/\[35-mesa\] run/);
      expect(screen.match(/it begins/g)).toHaveLength(1);
      expect(screen.match(/\[35-mesa\] run/g)).toHaveLength(1);
    } finally {
      await terminal.close();
    }
  }
  await gate.close();
});

it('shows what a command printed when it fails, and says where the rest is', async () => {
  const script = 'for number in {1..100}; do echo "line ${number}"; done\nexit 3\n';
  await workspace.addVariant('e2e-failing', { files: { 'build/35-mesa.sh': script } });
  const { exitCode, output } = await workspace.nx('build', 'e2e-failing', '--exclude-task-dependencies');
  expect(exitCode).toBe(1);
  expect(output).toContain('  | line 61\n');
  expect(output).not.toContain('| line 60\n');
  expect(output).toContain('all that it said is in packages/e2e-failing/dist/build.log\n');
});

describe('an option', () => {
  it.each<[string, readonly string[], string]>([
    [
      'that there is not, of a cached task',
      ['--relase=43'],
      'there is no option `--relase`\n  hint: did you mean `--release`?',
    ],
    ['of a wrong value', ['--on-failure=x'], 'the option `--on-failure`: expected one of `remove`, `keep`, found `x`'],
    ['without its value', ['--release'], 'the option `--release`: expected a text or a number, found none'],
  ])('%s is refused in words of this workspace', async (_, args, said) => {
    const { exitCode, output } = await workspace.nx(...BUILD, ...args);
    expect(exitCode).toBe(1);
    expect(output).toContain(`error[options/wrong]: ${said}`);
    expect(output).not.toMatch(/schema|pattern|Invalid input/);
  });

  it('is spelled in --help as it is in the docs', async () => {
    const output = outputOf(await workspace.nx('build', VARIANT, '--help'));
    expect(output).toContain('--on-failure');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('nx shell', () => {
  it('runs one command, as it was typed, with its exit code', async () => {
    const run = ['shell', VARIANT, '--', 'sh', '-c', 'echo "a  b"; echo err >&2; exit 7'] as const;
    const { exitCode, output } = await workspace.nx(...run);
    expect(exitCode).toBe(7);
    expect(output).toContain('\na  b\n');
    expect(output).toContain('\nerr\n');
    expect(output).toContain(`\`sh\` in ${imageOf(VARIANT)} ended with exit code 7`);
  });

  it('takes options after the dashes for those of the command', async () => {
    expect(outputOf(await workspace.nx('shell', VARIANT, '--', 'ls', '-d', '--color=never', '/usr'))).toContain(
      '\n/usr\n',
    );
  });

  it('ends at the end of its input', async () => {
    const { exitCode } = await workspace.nx('shell', VARIANT);
    expect(exitCode).toBe(0);
    expect(await workspace.store.orphans()).toEqual([]);
  });

  it('ends with 7 on a terminal, too', async () => {
    const terminal = await startInTmux(
      workspace,
      { columns: 80, rows: 24 },
      'lines',
      'shell',
      VARIANT,
      '--',
      'sh',
      '-c',
      'exit 7',
    );
    expect((await terminal.ended()).exitCode).toBe(7);
    await terminal.close();
  });
});

it('recommends no service for a task that failed for want of a program and then did not', async () => {
  const programs = join(workspace.root, '..', 'programs');
  await mkdir(programs);
  for (const name of await readdir('/usr/bin')) {
    if (name !== 'shellcheck') await symlink(join('/usr/bin', name), join(programs, name));
  }
  const test = ['test', VARIANT, '--exclude-task-dependencies'] as const;
  const failed = await workspace.nxWith({ PATH: `${programs}:/usr/sbin` }, ...test);
  expect(failed).toMatchObject({ exitCode: 1, output: expect.stringContaining('shellcheck') as unknown });
  // The same hash with another outcome is what Nx calls flaky.
  expect(outputOf(await workspace.nx(...test))).not.toMatch(/flaky|Nx Cloud/i);
});
