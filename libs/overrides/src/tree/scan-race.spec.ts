import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { file, plant, type Plants } from '../testing/plant';
import { useTemporaryDirectory } from '../testing/temporary';
import { scanTree } from './scan';

/** Trees that change while they are scanned. */
const temporary = useTemporaryDirectory();

const MILLISECONDS = 2000;

/** For a thread of its own, until that is ended: a folder, then a link to another one at its path, then the folder again. */
const SWAP = `
const { renameSync, symlinkSync } = require('node:fs');
const { folder, link, hidden, target } = require('node:worker_threads').workerData;
symlinkSync(target, link);
for (;;) {
  renameSync(folder, hidden);
  renameSync(link, folder);
  renameSync(folder, link);
  renameSync(hidden, folder);
}
`;

const NAMES = Array.from({ length: 40 }, (_, index) => `file-${index}`);

function filesWith(content: (name: string) => string): Plants {
  return Object.fromEntries(NAMES.map((name) => [name, file(content(name))]));
}

it('has no content of a folder of the machine, to which a link leads that takes the place of a folder meanwhile', async () => {
  const tree = join(temporary(), 'overrides');
  const [folder, target] = [join(tree, 'usr/share/d'), join(temporary(), 'machine')];
  plant(
    folder,
    filesWith((name) => `${name} of the tree`),
  );
  plant(
    target,
    filesWith((name) => `${name} of the machine`),
  );
  mkdirSync(join(temporary(), 'aside'));
  const secrets = new Set(NAMES.map((name) => createHash('sha256').update(`${name} of the machine`).digest('hex')));
  const aside = (name: string) => join(temporary(), 'aside', name);
  const worker = new Worker(SWAP, {
    eval: true,
    workerData: { folder, target, link: aside('link'), hidden: aside('hidden') },
  });

  const found = new Set<string>();
  let entries = 0;
  for (const started = performance.now(); performance.now() - started < MILLISECONDS;) {
    const { manifest } = await scanTree({ variant: 'cyan', directory: tree });
    const files = manifest.entries.filter((entry) => entry.type === 'file');
    entries += files.length;
    for (const { path, sha256 } of files) if (secrets.has(sha256)) found.add(path);
  }
  await worker.terminate();
  // Files were read at all.
  expect(entries).toBeGreaterThan(0);
  expect([...found]).toEqual([]);
});
