import { spawnSync } from 'node:child_process';
import { useBaseMachine } from './base-machine';

const machine = useBaseMachine();

/** What bash offers for the last word. */
function complete(...words: string[]): string[] {
  const script = `source "$IMMUTABLUE_ROOT/usr/share/bash-completion/completions/\${1}"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    $(complete -p "$1" | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    env: machine().environment,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

it.each([
  [
    ['immutablue', 're'],
    ['rebase', 'reset-first-boot'],
  ],
  [['immutablue', '--v'], ['--version']],
  [['immutablue', 'help', 'st'], ['status']],
  [['immutablue', 'settings', ''], expect.arrayContaining(['get', 'set', 'list'])],
  [
    ['immutablue', 'run', 'on_'],
    ['on_boot', 'on_shutdown'],
  ],
  [
    ['immutablue', 'update', '--'],
    ['--check', '--help'],
  ],
  [['immutablue', 'rollback', ''], ['--help']],
  [['immutablue', 'frobnicate', ''], []],
  [['immutablue', '../x', ''], []],
  [['immutablue-settings', 'g'], ['get']],
  [['immutablue-doctor', '--j'], ['--json']],
])('%j completes to %j', (words, expected) => {
  expect(complete(...words)).toEqual(expected);
});

it('offers all commands', () => {
  const { stdout } = machine().immutablue('help');
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(5);
  expect(complete('immutablue', '')).toEqual(expect.arrayContaining(commands));
});

it('knows every occasion that scripts can have', () => {
  const { stderr } = machine().run('/usr/libexec/immutablue/run-scripts', 'system', '?');
  const occasions = /one of: (.*)/.exec(stderr)?.[1]?.split(' ') ?? [];
  expect(occasions).toContain('monthly');
  expect(complete('immutablue', 'run', '')).toEqual(expect.arrayContaining(occasions));
});
