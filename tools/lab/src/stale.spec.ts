import { mkdir } from 'node:fs/promises';
import { describeArtifact, ensureArtifact } from './cache/artifact';
import { type LabImage } from './images/images';
import { type StoredImage } from './images/store';
import { switchRepositoryLink } from './packages/repository';
import { staleArtifacts, staleImages } from './stale';
import { createTestLab, type TestLab } from './testing/lab';

let lab: TestLab;
beforeEach(async () => {
  lab = await createTestLab();
});
afterEach(() => lab.remove());

describe('staleArtifacts', () => {
  it('is what no recipe in use has made, but not what builds mount', async () => {
    const { paths } = lab.context;
    const make = async (kind: 'repository' | 'stand-ins' | 'images', recipe: string) =>
      await ensureArtifact(lab.context, describeArtifact(paths, kind, 'thing', recipe), () => Promise.resolve());
    const used = await make('stand-ins', 'new');
    const stale = await make('stand-ins', 'old');
    await switchRepositoryLink(paths, await make('repository', 'mounted'));
    await make('images', 'a record');
    await mkdir(paths.registry, { recursive: true });
    expect(await staleArtifacts(paths, [used])).toEqual([{ kind: 'stand-ins', directory: stale.directory }]);
  });
});

describe('staleImages', () => {
  it('is only what the lab has named, never what was built on it', () => {
    const stored = [
      { names: ['localhost/immutablue-lab/a/b:44', 'localhost/immutablue-lab/a/b:43'], size: '1 GB' },
      { names: ['localhost/immutablue/immutablue:44'], size: '2 GB' },
      { names: [], size: '3 GB' },
    ] as unknown as StoredImage[];
    const used = [{ reference: 'localhost/immutablue-lab/a/b:44' }] as unknown as LabImage[];
    expect(staleImages(stored, used)).toEqual([{ name: 'localhost/immutablue-lab/a/b:43', size: '1 GB' }]);
  });
});
