import { REFUSED_REGISTRIES } from './testing/hostile';
import { imageSettingsSchema } from './image-settings';

const parse = (registry: string) => imageSettingsSchema.safeParse({ releases: ['44'], registry });

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
