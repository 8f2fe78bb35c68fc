import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { digestDefinitions } from './digest-definitions';
import { openFileDigests } from './file-digests';

const FILES: Readonly<Record<string, string>> = {
  'variant.yaml': 'name: teal\nfrom: base\n',
  'packages.yaml': 'immutablue:\n  rpm:\n    all:\n      - tmux\n',
  'build/60-late.sh': '#!/usr/bin/env bash\n# reads: /usr/lib\nset -euo pipefail\ntouch /etc/late\n',
  'build/99-common.sh': '#!/usr/bin/env bash\n# shared\nlate() { true; }\n',
  'deps/Containerfile': '# reads: /usr/lib\nARG PARENT\nFROM ${PARENT}\n',
  'deps/build.sh': '#!/bin/bash\nmake\n',
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'definitions-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function digestOf(edits: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = join(directory, 'teal');
  await rm(folder, { recursive: true, force: true });
  for (const [name, content] of Object.entries({ ...FILES, ...edits })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return digestDefinitions(folder, await openFileDigests(directory));
}

const edited = (name: string, from: string, to: string) => ({ [name]: (FILES[name] ?? '').replace(from, to) });

it.each([
  ['variant.yaml', edited('variant.yaml', 'from', '# why\nfrom')],
  ['packages.yaml', edited('packages.yaml', 'tmux', 'tmux # why')],
  ['a script', edited('build/60-late.sh', 'touch', '# why\ntouch')],
  ['the helpers of scripts', edited('build/99-common.sh', 'shared', 'for all')],
  ['the Containerfile of the dep-builder', edited('deps/Containerfile', 'FROM', '# why\nFROM')],
])('is the same with another comment in %s', async (_, edits) => {
  expect(await digestOf(edits)).toBe(await digestOf());
});

it.each([
  ['variant.yaml', edited('variant.yaml', 'base', 'cyan')],
  ['packages.yaml', edited('packages.yaml', 'tmux', 'htop')],
  ['a script', edited('build/60-late.sh', 'late', 'later')],
  ['what a script reads', edited('build/60-late.sh', '/usr/lib', '/usr/bin')],
  ['the helpers of scripts', edited('build/99-common.sh', 'true', 'false')],
  ['the Containerfile of the dep-builder', edited('deps/Containerfile', 'FROM ${PARENT}', 'FROM scratch')],
  ['what the dep-builder reads', edited('deps/Containerfile', '/usr/lib', '/usr/bin')],
  ['a file of the dep-builder', edited('deps/build.sh', 'make', 'make all')],
  ['one script more', { 'build/70-more.sh': 'true\n' }],
])('is another with an edit of %s', async (_, edits) => {
  expect(await digestOf(edits)).not.toBe(await digestOf());
});

it('counts comments for a script that looks at the folder of its variant', async () => {
  const script = { 'build/60-late.sh': 'cat "${IMMUTABLUE_CONTEXT}/packages.yaml"\n' };
  const before = await digestOf(script);
  expect(await digestOf({ ...script, ...edited('packages.yaml', 'tmux', 'tmux # why') })).not.toBe(before);
});

it('takes what is missing or wrong as it is', async () => {
  const empty = join(directory, 'empty');
  await mkdir(empty);
  const ofEmpty = await digestDefinitions(empty, await openFileDigests(directory));
  await mkdir(join(empty, 'packages.yaml'));
  await mkdir(join(empty, 'build', '60-folder.sh'), { recursive: true });
  expect(await digestDefinitions(empty, await openFileDigests(directory))).not.toBe(ofEmpty);
});
