import { join } from 'node:path';
import { settingsProgram, ScratchMachine, useScratchMachine } from '../../../testing/scratch-machine';

const PROGRAM = 'usr/libexec/immutablue/trueblue/set-arc-max';
const PARAMETER = 'sys/module/zfs/parameters/zfs_arc_max';
const GIB = 1024 ** 3;

const machine = useScratchMachine(() => new ScratchMachine(join(__dirname, '..', 'artifacts', 'overrides')));

/** Runs on a machine with 16 GiB of memory and this setting. */
function setArcMax(settings: Readonly<Record<string, string>>) {
  machine().write('proc/meminfo', `MemTotal:       ${16 * 1024 ** 2} kB\nMemFree:         1024 kB\n`);
  machine().write(PARAMETER, '0\n');
  machine().standIn('immutablue-settings', settingsProgram(settings));
  const { exitCode, output } = machine().runJoined(PROGRAM);
  return { exitCode, output, parameter: machine().read(PARAMETER).trim() };
}

it.each([
  ['8G', 8 * GIB],
  ['50%', 8 * GIB],
  ['512M', 512 * 1024 ** 2],
  ['1048576K', GIB],
  ['67108864', 64 * 1024 ** 2],
  ['0008G', 8 * GIB],
])('takes %s', (value, bytes) => {
  const { exitCode, parameter } = setArcMax({ 'trueblue.zfs.arc_max': value });
  expect({ exitCode, parameter }).toEqual({ exitCode: 0, parameter: String(bytes) });
});

it.each([
  ['16G', "'16G' is all of the memory of this machine, 17179869184 bytes"],
  ['17G', "'17G' is more than the memory of this machine, 17179869184 bytes"],
  ['999999999999999T', 'is more than the memory'],
  ['101%', 'is more than the memory'],
  ['63M', "'63M' is 66060288 bytes, and ZFS takes no less than 67108864 (64M)"],
  ['0', "'0' is 0 bytes"],
  ['a lot', "expected a number of bytes, 8G or 50%, found 'a lot'"],
  ['-1', "found '-1'"],
  ['8Gb', "found '8Gb'"],
  ['9999999999999999', "found '9999999999999999'"],
])('refuses %s, and leaves the limit as it is', (value, message) => {
  const { exitCode, output, parameter } = setArcMax({ 'trueblue.zfs.arc_max': value });
  expect(output).toContain('trueblue.zfs.arc_max: ');
  expect(output).toContain(message);
  expect({ exitCode, parameter }).toEqual({ exitCode: 1, parameter: '0' });
});

it('leaves the limit of ZFS where nothing is set', () => {
  expect(setArcMax({})).toMatchObject({ exitCode: 0, parameter: '0' });
});

it('says when the kernel refuses the limit', () => {
  machine().write('proc/meminfo', 'MemTotal: 1048576 kB\n');
  machine().standIn('immutablue-settings', settingsProgram({ 'trueblue.zfs.arc_max': '50%' }));
  // A directory cannot be written to, as root either.
  machine().write(`${PARAMETER}/file`, '');

  const { exitCode, output } = machine().runJoined(PROGRAM);

  expect(exitCode).toBe(1);
  expect(output).toContain('ZFS refused 536870912 bytes');
});
