import { join } from 'node:path';
import { ScratchMachine, useScratchMachine } from '../../../testing/scratch-machine';

const machine = useScratchMachine(() => new ScratchMachine(join(__dirname, '..', 'build')));

// That an image without any of this passes is what each build of nucleus shows.
it('lists what of a desktop is in the image, and stops the build', () => {
  machine().standIn('rpm', '[[ "${!#}" == gdm || "${!#}" == mutter ]]');
  machine().standIn('systemctl', 'echo graphical.target');

  const { exitCode, output } = machine().runJoined('90-post.sh');

  expect(exitCode).toBe(1);
  expect(output).toContain('in the image is the package gdm\n');
  expect(output).toContain('in the image is the package mutter\n');
  expect(output).not.toContain('the package lightdm');
  expect(output).toContain('in the image is the default target graphical.target\n');
});
