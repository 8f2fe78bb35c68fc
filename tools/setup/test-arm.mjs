/**
 * `npm run test:arm`: builds and tests the variants for arm64, under emulation where this machine is another one. Apart from
 * `npm test`, because the lab's root filesystem for it takes many minutes to make, once.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNxOrExit } from './failures.mjs';
import { asRoot, nxEnvironment, prepare, root, runOrExit } from './host.mjs';

const BINFMT = '/proc/sys/fs/binfmt_misc';

const { aarch64 } = JSON.parse(readFileSync(join(root, 'tools/lab/host-packages.json'), 'utf8'));
const isEmulated = process.arch !== 'arm64';
prepare(['shellcheck', ...(isEmulated ? aarch64 : [])]);
if (isEmulated) enableEmulation();

console.log('Making the lab for aarch64, if it is not there yet: ten minutes, once');
runNxOrExit(['run-many', '--targets', 'build,test', '--projects', 'asahi', '--outputStyle=stream'], {
  env: nxEnvironment,
});

/** binfmt_misc(5): has the kernel run aarch64 programs through qemu. Lasts until the next boot. */
function enableEmulation() {
  if (existsSync(join(BINFMT, 'qemu-aarch64'))) return;
  if (readdirSync(BINFMT).length === 0) {
    console.log(`Mounting ${BINFMT}`);
    runOrExit(...asRoot(['mount', '-t', 'binfmt_misc', 'binfmt_misc', BINFMT]));
  }
  console.log('Enabling qemu-aarch64 in binfmt_misc');
  runOrExit(...asRoot(['update-binfmts', '--enable', 'qemu-aarch64']));
}
