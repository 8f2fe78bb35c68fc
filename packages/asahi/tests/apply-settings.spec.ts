import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { settingsProgram, ScratchMachine, useScratchMachine } from '../../../testing/scratch-machine';

const ON_BOOT = 'usr/libexec/immutablue/system/on_boot/50-asahi.sh';
const CHARGE_LIMIT = 'sys/class/power_supply/macsmc-battery/charge_control_end_threshold';
const TOP_ROW = 'sys/module/hid_apple/parameters/fnmode';
const SWAP = 'sys/module/hid_apple/parameters/swap_opt_cmd';

const machine = useScratchMachine(() => new ScratchMachine(join(__dirname, '..', 'artifacts', 'overrides')));

function boot(settings: Readonly<Record<string, string>>) {
  machine().standIn('immutablue-settings', settingsProgram(settings));
  return machine().runJoined(ON_BOOT);
}

function hardware() {
  return [CHARGE_LIMIT, TOP_ROW, SWAP].map((path) => machine().read(path).trim());
}

beforeEach(() => {
  machine().write(CHARGE_LIMIT, '100\n');
  machine().write(TOP_ROW, '3\n');
  machine().write(SWAP, '0\n');
});

it('leaves the hardware as the kernel has it where nothing is set', () => {
  expect(boot({})).toEqual({ exitCode: 0, output: '' });
  expect(hardware()).toEqual(['100', '3', '0']);
});

it('applies what is set', () => {
  const settings = {
    'asahi.battery.charge_limit': '80',
    'asahi.keyboard.top_row': 'function',
    'asahi.keyboard.swap_option_command': 'true',
  };
  expect(boot(settings).exitCode).toBe(0);
  expect(hardware()).toEqual(['80', '2', '1']);
});

it('names what is wrong, and applies the rest', () => {
  const { exitCode, output } = boot({ 'asahi.battery.charge_limit': '0', 'asahi.keyboard.top_row': 'media' });

  expect(exitCode).toBe(1);
  expect(output).toContain("asahi.battery.charge_limit: expected a number from 1 to 100, found '0'");
  expect(hardware()).toEqual(['100', '1', '0']);
});

it('says what a machine without a battery does not have, and does not fail', () => {
  rmSync(join(machine().root, CHARGE_LIMIT));

  expect(boot({ 'asahi.battery.charge_limit': '80' })).toEqual({
    exitCode: 0,
    output: `asahi.battery.charge_limit: this machine does not have /${CHARGE_LIMIT}\n`,
  });
});
