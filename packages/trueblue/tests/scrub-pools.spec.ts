import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { settingsProgram, ScratchMachine, useScratchMachine } from '../../../testing/scratch-machine';

const MONTHLY = 'usr/libexec/immutablue/system/monthly/50-trueblue-scrub.sh';

const machine = useScratchMachine(() => new ScratchMachine(join(__dirname, '..', 'artifacts', 'overrides')));

/** A zpool with these pools, of which `busy` is being scrubbed and `stuck` cannot be. */
const ZPOOL = `case "$*" in
  list*) printf '%s\\n' 'tank\tONLINE' 'busy\tONLINE' 'lost\tFAULTED' 'stuck\tDEGRADED' 'last\tONLINE' ;;
  'status busy') echo '  scan: scrub in progress since Sunday' ;;
  'status '*) echo '  scan: scrub repaired 0B' ;;
  'scrub stuck') echo 'cannot scrub stuck' >&2; exit 1 ;;
esac`;

const scrubs = () =>
  machine()
    .takeCalls()
    .filter((call) => call.startsWith('zpool scrub'));

beforeEach(() => {
  machine().standIn('zpool', ZPOOL);
  machine().standIn('immutablue-settings', settingsProgram({}));
  machine().write('sys/module/zfs/version', '2.3\n');
});

it('starts a scrub of every pool that can have one, and reports the others', () => {
  const { exitCode, output } = machine().runJoined(MONTHLY);

  expect(exitCode).toBe(1);
  expect(scrubs()).toEqual(['zpool scrub tank', 'zpool scrub stuck', 'zpool scrub last']);
  expect(output).toContain('busy: a scrub is in progress');
  expect(output).toContain('lost: not scrubbed, it is FAULTED');
  expect(output).toContain('stuck: no scrub could be started');
});

it('does nothing where trueblue.zfs.scrub is false', () => {
  machine().standIn('immutablue-settings', settingsProgram({ 'trueblue.zfs.scrub': 'false' }));

  expect(machine().runJoined(MONTHLY).exitCode).toBe(0);
  expect(scrubs()).toEqual([]);
});

it('does nothing without a pool', () => {
  machine().standIn('zpool');

  expect(machine().runJoined(MONTHLY)).toEqual({ exitCode: 0, output: '' });
});

it('does nothing, and says why, where ZFS is not loaded', () => {
  rmSync(join(machine().root, 'sys'), { recursive: true });

  expect(machine().runJoined(MONTHLY)).toEqual({ exitCode: 0, output: 'ZFS is not loaded: nothing to scrub\n' });
  expect(machine().takeCalls()).toEqual([]);
});
