import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SETTINGS } from '@immutablue/plan/testing';
import { readPlan } from './read-plan';
import { readSources } from './sources';

let root: string;
const override = () => join(root, 'packages/base/artifacts/overrides/etc/motd');
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'immutablue-sources-'));
  for (const [name, from] of Object.entries({ base: 'quay.io/a/silverblue', teal: 'base' })) {
    const folder = join(root, 'packages', name);
    await mkdir(join(folder, 'build'), { recursive: true });
    await writeFile(join(folder, 'variant.yaml'), `name: ${name}\ndescription: d\nfrom: ${from}\nsecrets: [key]\n`);
    await writeFile(join(folder, 'build/35-own.sh'), '# secrets: key\necho a\n');
  }
  await mkdir(dirname(override()), { recursive: true });
  await writeFile(override(), 'a\n');
});
afterEach(() => rm(root, { recursive: true }));

const request = (release: '43' | '44', secrets: readonly string[] = []) => ({
  workspaceRoot: root,
  settings: SETTINGS,
  release: SETTINGS.releases.find((one) => one === release) ?? SETTINGS.releases[0],
  upstream: 'fedora' as const,
  secrets: new Set(secrets),
});

it('plans from the same sources are what each is that reads for itself', async () => {
  const sources = await readSources(join(root, 'packages'), SETTINGS);
  for (const variant of ['base', 'teal']) {
    for (const release of ['44', '43'] as const) {
      for (const secrets of [[], ['key']]) {
        const own = await readPlan({ ...request(release, secrets), variant });
        expect(await readPlan({ ...request(release, secrets), variant, sources })).toEqual(own);
      }
    }
  }
});

it('a file is read once', async () => {
  const sources = await readSources(join(root, 'packages'), SETTINGS);
  const { own } = await sources.overrides(sources.family.variant('base'));
  await writeFile(override(), 'b\n');
  // What the parent brings is in the image of the child, too.
  expect((await sources.overrides(sources.family.variant('teal'))).inPlace).toContainEqual(own.at(-1));
  const later = await readSources(join(root, 'packages'), SETTINGS);
  expect((await later.overrides(later.family.variant('teal'))).inPlace).not.toContainEqual(own.at(-1));
});
