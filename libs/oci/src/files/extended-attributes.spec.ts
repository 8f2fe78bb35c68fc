import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../process/process';
import { attributesIn, extendedAttributes } from './extended-attributes';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attributes-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const SET = 'import os, sys; os.setxattr(sys.argv[1], sys.argv[2], b"1", follow_symlinks=False)';
const set = (path: string, name: string) => runCommand(['python3', '-c', SET, path, name]);

it('names those that a person has set, of files and folders, however they are called', async () => {
  await mkdir(join(directory, 'tree'));
  for (const name of ['plain', 'with space', '--checkpoint-action=exec=x']) await writeFile(join(directory, 'tree', name), 'x');
  await symlink('plain', join(directory, 'tree', 'link'));
  await set(join(directory, 'tree'), 'user.folder');
  await set(join(directory, 'tree', 'with space'), 'user.one');
  await set(join(directory, 'tree', 'with space'), 'user.two');
  await set(join(directory, 'tree', '--checkpoint-action=exec=x'), 'user.option');
  const found = await extendedAttributes([join(directory, 'tree')]);
  expect([...found].toSorted()).toEqual([
    [join(directory, 'tree'), ['user.folder']],
    [join(directory, 'tree', '--checkpoint-action=exec=x'), ['user.option']],
    [join(directory, 'tree', 'with space'), expect.arrayContaining(['user.one', 'user.two'])],
  ]);
});

it('says nothing without folders, and of the labels of a machine', async () => {
  expect(await extendedAttributes([])).toEqual(new Map());
  const list = [
    '-rw-r--r--. root/root         3 2026-11-28 15:37 /w/file',
    '  s: system_u:object_r:etc_t:s0',
    '  x: 28 security.selinux',
    '  x: 20 security.capability',
    '-rw-r--r--+ root/root         3 2026-11-28 15:37 /w/listed',
    '  a: user::rw-,group::r--,other::r--',
    '  x: 44 system.posix_acl_access',
  ].join('\n');
  expect([...attributesIn(list)]).toEqual([['/w/listed', ['system.posix_acl_access']]]);
});
