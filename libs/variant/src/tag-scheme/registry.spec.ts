import { imageSettingsSchema } from '../image-settings';
import { imagePlace } from './registry';

const settings = (tags?: string) => imageSettingsSchema.parse({ releases: ['44'], tags });

describe('the place of an image', () => {
  it.each([
    ['immutablue', 'immutablue', ''],
    ['immutablue-cyan', 'immutablue', 'cyan'],
    ['immutablue-kuberblue-nucleus', 'immutablue', 'kuberblue-nucleus'],
    ['immutablue-teal.2_x', 'immutablue', 'teal.2_x'],
    ['violet', 'violet', ''],
    ['immutablues-cyan', 'immutablues-cyan', ''],
    // 44-20261127 and 44-cyan-20261127.1 are tags that the scheme gives to others.
    ['immutablue-20261127', 'immutablue-20261127', ''],
    ['immutablue-cyan-20261127.1', 'immutablue-cyan-20261127.1', ''],
    ['immutablue-2026112', 'immutablue', '2026112'],
    [`immutablue-${'x'.repeat(64)}`, 'immutablue', 'x'.repeat(64)],
    [`immutablue-${'x'.repeat(65)}`, `immutablue-${'x'.repeat(65)}`, ''],
  ])("of %s by upstream's scheme is %s, flavour %j", (imageName, repository, flavour) => {
    expect(imagePlace({ imageName }, settings('upstream'))).toEqual({
      repository,
      ...(flavour === '' ? {} : { flavour }),
    });
  });

  it('is a repository of its own unless nx.json says otherwise', () => {
    expect(settings().tags).toBe('variants');
    expect(imagePlace({ imageName: 'immutablue-cyan' }, settings())).toEqual({ repository: 'immutablue-cyan' });
  });

  it('has no scheme of another name', () => {
    expect(() => settings('flat')).toThrow();
  });
});
