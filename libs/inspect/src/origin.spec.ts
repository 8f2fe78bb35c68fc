import type { RootCheck } from './check';
import { sysusers } from './checks/bootc/sysusers';
import { varLog } from './checks/bootc/var';
import type { Ancestor } from './context';
import { originsOf } from './origin';
import { imageWith, type Planted } from './testing/image-root';

type Content = Readonly<Record<string, Planted>>;

async function originIn(check: RootCheck, image: Content, ...parents: readonly Content[]) {
  const opened = await imageWith(image);
  const ancestors = await Promise.all(
    parents.map(async (content, index): Promise<Ancestor> => {
      const ancestor = await imageWith(content);
      return {
        owner: { kind: 'variant', name: `parent-${index + 1}` },
        image: ancestor.image,
        open: () => Promise.resolve(ancestor),
      };
    }),
  );
  const findings = await check.run(opened);
  const origins = await originsOf(check, opened, findings, ancestors);
  return findings.map((finding) => origins.get(finding)?.name ?? 'own');
}

describe('originsOf', () => {
  it.each<[string, Content, readonly Content[], string]>([
    ['is the image’s own when no parent has it', { '/var/log/a': 'x' }, [{}], 'own'],
    ['is the parent’s when it is there in the same state', { '/var/log/a': 'x' }, [{ '/var/log/a': 'x' }], 'parent-1'],
    ['is the image’s own when it has other content', { '/var/log/a': 'y' }, [{ '/var/log/a': 'x' }], 'own'],
    [
      'is that of the lowest that has it',
      { '/var/log/a': 'x' },
      [{ '/var/log/a': 'x' }, { '/var/log/a': 'x' }, {}],
      'parent-2',
    ],
    [
      'is that of the lowest without one between that has it not',
      { '/var/log/a': 'x' },
      [{}, { '/var/log/a': 'x' }],
      'own',
    ],
  ])('%s', async (_what, image, parents, expected) => {
    expect(await originIn(varLog, image, ...parents)).toEqual([expected]);
  });

  it('does not take users of the parent for the image’s own when it adds one', async () => {
    const parent = { '/etc/passwd': 'a:x:1:1::/:/bin/sh\n' };
    const image = { '/etc/passwd': 'a:x:1:1::/:/bin/sh\nb:x:2:2::/:/bin/sh\n' };
    expect(await originIn(sysusers, image, parent)).toEqual(['parent-1', 'own']);
  });

  it('opens no parent for an image without findings', async () => {
    const image = await imageWith({});
    const open = () => Promise.reject(new Error('opened'));
    const ancestor: Ancestor = { owner: { kind: 'variant', name: 'base' }, image: image.image, open };
    await expect(originsOf(varLog, image, [], [ancestor])).resolves.toEqual(new Map());
  });
});
