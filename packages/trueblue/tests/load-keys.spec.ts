import { join } from 'node:path';
import { ScratchMachine, useScratchMachine } from '../../../testing/scratch-machine';

const PROGRAM = 'usr/libexec/immutablue/trueblue/load-keys';

const machine = useScratchMachine(() => new ScratchMachine(join(__dirname, '..', 'artifacts', 'overrides')));

/** Name, encryption root, key status, key location. */
const DATASETS = [
  ['tank', '-', '-', 'none'],
  ['tank/a', 'tank/a', 'unavailable', 'file:///etc/zfs/a.key'],
  ['tank/a/child', 'tank/a', 'unavailable', 'none'],
  ['tank/b', 'tank/b', 'available', 'file:///etc/zfs/b.key'],
  ['tank/c', 'tank/c', 'unavailable', 'prompt'],
  ['tank/d d', 'tank/d d', 'unavailable', 'file:///etc/zfs/d.key'],
  ['tank/e', 'tank/e', 'unavailable', 'https://keys.example/e'],
];

/** A zfs that lists these datasets, and cannot load the keys of some. */
function zfs(datasets: readonly (readonly string[])[], broken: readonly string[] = []): string {
  const lines = datasets.map((fields) => `printf '%s\\n' '${fields.join('\t')}'`);
  const failures = broken.map((name) => `  "load-key ${name}") echo 'Key load error: no such file' >&2; exit 1 ;;`);
  return ['case "$*" in', '  list*)', ...lines, '    ;;', ...failures, 'esac'].join('\n');
}

const loads = () =>
  machine()
    .takeCalls()
    .filter((call) => !call.startsWith('zfs list'));

it('loads the keys of encryption roots that lie in files, and says who waits for a passphrase', () => {
  machine().standIn('zfs', zfs(DATASETS));

  const { exitCode, output } = machine().runJoined(PROGRAM, 'file');

  expect(exitCode).toBe(0);
  expect(loads()).toEqual(['zfs load-key tank/a', 'zfs load-key tank/d d']);
  expect(output).toContain('tank/c: waits for its passphrase: zfs load-key tank/c && zfs mount -a');
});

it('tries every dataset, and fails when one of them has failed', () => {
  machine().standIn('zfs', zfs(DATASETS, ['tank/a']));

  const { exitCode, output } = machine().runJoined(PROGRAM, 'file');

  expect(exitCode).toBe(1);
  expect(output).toContain('Key load error: no such file');
  expect(output).toContain('tank/a: no key from file:///etc/zfs/a.key');
  expect(output).toContain('tank/d d: key loaded from file:///etc/zfs/d.key');
});

it('mounts what a key from the network has opened', () => {
  machine().standIn('zfs', zfs(DATASETS));

  expect(machine().runJoined(PROGRAM, 'network').exitCode).toBe(0);
  expect(loads()).toEqual(['zfs load-key tank/e', 'zfs mount -a']);
});

it.each(['file', 'network'])('does nothing without datasets: %s', (source) => {
  machine().standIn('zfs', zfs([]));

  expect(machine().runJoined(PROGRAM, source)).toEqual({ exitCode: 0, output: '' });
  expect(loads()).toEqual([]);
});

it('fails when zfs cannot list the datasets', () => {
  machine().standIn('zfs', 'echo "cannot open the device" >&2; exit 1');

  expect(machine().runJoined(PROGRAM, 'file')).toEqual({ exitCode: 1, output: 'cannot open the device\n' });
});
