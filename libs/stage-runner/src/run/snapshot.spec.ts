import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownedName } from '@immutablue/oci';
import { readFolder } from '@immutablue/overrides';
import { COMMON_SCRIPT, createPlan, sha256 } from '@immutablue/plan';
import { planInput, scriptOf } from '@immutablue/plan/testing';
import { takeSnapshot, type Snapshot } from './snapshot';

let directory: string;
let snapshot: Snapshot | undefined;
const cache = process.env['IMMUTABLUE_CACHE_DIR'];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'snapshot-'));
  process.env['IMMUTABLUE_CACHE_DIR'] = join(directory, 'cache');
});

afterEach(async () => {
  if (cache === undefined) delete process.env['IMMUTABLUE_CACHE_DIR'];
  else process.env['IMMUTABLUE_CACHE_DIR'] = cache;
  await snapshot?.remove();
  snapshot = undefined;
  await rm(directory, { recursive: true });
});

it.each([0o077, 0o002])('has folders and files of the same modes under the umask %s', async (mask) => {
  const [folder, file] = [join(directory, 'deps/etc/app'), join(directory, 'deps/etc/app/file')];
  await mkdir(folder, { recursive: true });
  await writeFile(file, 'text\n', { mode: 0o644 });
  const { content } = await readFolder({ anchor: directory, name: 'deps' });
  const depBuilder = {
    variant: 'teal',
    containerfile: '',
    content,
    reference: '',
    reads: 'everything',
    secrets: [],
  } as const;

  const before = process.umask(mask);
  try {
    snapshot = await takeSnapshot(await ownedName('snapshot-spec'), { depBuilders: [depBuilder] });
  } finally {
    process.umask(before);
  }

  const copy = snapshot.folderOf(content);
  const modes = ['', 'etc', 'etc/app', 'etc/app/file'].map(async (path) => (await stat(join(copy, path))).mode & 0o777);
  expect(await Promise.all(modes)).toEqual([0o755, 0o755, 0o755, 0o644]);
});

it('has the helpers of scripts as they were planned, and refuses others', async () => {
  const folder = join(directory, 'teal');
  await mkdir(join(folder, 'build'), { recursive: true });
  await writeFile(join(folder, 'build/55-x.sh'), 'true\n');
  const common = await readFile(COMMON_SCRIPT, 'utf8');
  const planned = { ...scriptOf('55-x', sha256('true\n'), folder), common: sha256(common) };
  const take = async (script: typeof planned) =>
    takeSnapshot(await ownedName('snapshot-spec'), {
      stages: createPlan({ ...planInput({}), scripts: [script] }).stages,
    });

  snapshot = await take(planned);
  expect(await readFile(snapshot.commonOf(planned), 'utf8')).toBe(common);
  await expect(take({ ...planned, common: sha256('other') })).rejects.toThrow(
    `\`${COMMON_SCRIPT}\` changed after the build was planned`,
  );
});
