import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRootView } from './root-view';

let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'root-view-'));
  for (const path of ['now/usr/lib', 'now/etc', 'below/usr', 'outside/secret']) {
    await mkdir(join(scratch, path), { recursive: true });
  }
});

afterEach(() => rm(scratch, { recursive: true }));

const view = () => createRootView(join(scratch, 'now'), join(scratch, 'below'));

it('follows links inside the root and tells which they were', async () => {
  await symlink('usr/lib', join(scratch, 'now/lib'));
  await symlink('/lib/file', join(scratch, 'now/etc/link'));
  await symlink('loop', join(scratch, 'now/etc/loop'));
  const { resolve } = view();
  expect(resolve('/lib/none', 'follow')).toEqual({ path: '/usr/lib/none', links: ['/lib'] });
  expect(resolve('/etc/link', 'follow')).toEqual({ path: '/usr/lib/file', links: ['/etc/link', '/lib'] });
  expect(resolve('/etc/link', 'keep')).toEqual({ path: '/etc/link', links: [] });
  expect(resolve('/etc/loop', 'follow').path).toBe('/etc/loop');
});

it('compares what is there with what was there, a directory without what is in it', async () => {
  await writeFile(join(scratch, 'now/etc/new'), 'x');
  await writeFile(join(scratch, 'now/usr/changed'), 'xx');
  await writeFile(join(scratch, 'below/usr/changed'), 'x');
  const { now, below } = view();
  expect([now('/etc/new')?.type, below('/etc/new')]).toEqual(['other', undefined]);
  expect(now('/usr/changed')?.state).not.toBe(below('/usr/changed')?.state);
  expect(now('/usr')).toEqual({ ...below('/usr'), type: 'directory' });
});

it('looks at nothing of this machine by way of a link', async () => {
  await symlink(join(scratch, 'outside'), join(scratch, 'below/usr/lib'));
  expect(view().below('/usr/lib/secret')).toBeUndefined();
  expect(view().below('/usr/lib')?.type).toBe('other');
});
