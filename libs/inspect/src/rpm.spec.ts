import type { CommandResult } from '@immutablue/oci';
import { withoutPackage } from './rpm';

function answering(exitCode: number, stdout: string) {
  const result: CommandResult = { argv: ['rpm'], exitCode, stdout, tail: [], durationMs: 0 };
  return { run: () => Promise.resolve(result) };
}

describe('withoutPackage', () => {
  it('gives the names that rpm has no package for', async () => {
    const image = answering(2, 'warning: old format\nno package provides tmux\nno package provides a b');
    await expect(withoutPackage(image, '--whatprovides', ['git', 'tmux', 'a b'])).resolves.toEqual(
      new Set(['tmux', 'a b']),
    );
    const owned = answering(1, 'file /etc/x is not owned by any package');
    await expect(withoutPackage(owned, '--file', ['/etc/x', '/etc/y'])).resolves.toEqual(new Set(['/etc/x']));
  });

  it.each([
    [1, 'error: cannot open Packages database in /usr/lib/sysimage/rpm'],
    [1, ''],
    [139, ''],
    [1, 'no package provides tmux\nerror: rpmdbNextIterator: skipping'],
  ])('takes exit code %d with %j for no answer', async (exitCode, output) => {
    await expect(withoutPackage(answering(exitCode, output), '--whatprovides', ['tmux'])).rejects.toMatchObject({
      diagnostics: [{ code: 'test/not-run' }],
    });
  });

  it('asks nothing about nothing', async () => {
    await expect(withoutPackage(answering(1, ''), '--file', [])).resolves.toEqual(new Set());
  });
});
