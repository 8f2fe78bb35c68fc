import { REFUSED_REGISTRIES } from './testing/hostile';
import { imageSettingsSchema } from './image-settings';

const parse = (registry: string) => imageSettingsSchema.safeParse({ releases: ['44'], registry });

describe('the public key of images', () => {
  const parseKey = (publicKey: string) => imageSettingsSchema.safeParse({ releases: ['44'], signing: { publicKey } });

  it.each(['signing.pub', 'keys/..a.pub', './keys/a b.pub'])('%s is accepted', (publicKey) => {
    expect(parseKey(publicKey).success).toBe(true);
  });

  it.each(['', '/etc/a.pub', '..', '../a.pub', 'keys/../../a.pub', 'a\nb'])('%j is refused', (publicKey) => {
    expect(parseKey(publicKey).success).toBe(false);
  });
});

describe('the registry of images', () => {
  it.each(['quay.io/immutablue', '127.0.0.1:5000/a', 'localhost/a', 'ghcr.io/a-b/c__d/e.f', 'Registry.example.org/a'])(
    '%s is accepted',
    (registry) => {
      expect(parse(registry).success).toBe(true);
    },
  );

  it.each(REFUSED_REGISTRIES)('%s is refused', (registry) => {
    expect(parse(registry).error?.issues.map(({ message }) => message)).toEqual([
      'expected a registry and a namespace, like `quay.io/immutablue`, with at most 253 characters',
    ]);
  });
});
