import { toDigest } from '@immutablue/oci';
import { imageSettingsSchema } from '@immutablue/variant';
import { datedTagsOf, repositoryOf, tagsFor, type Occasion } from './tags-for';

const digestOf = (digit: string) => toDigest(`sha256:${digit.repeat(64)}`);
const settingsOf = (tags: string) =>
  imageSettingsSchema.parse({ releases: ['44', '43'], registry: 'quay.io/immutablue', tags });

interface Case {
  readonly scheme?: string;
  readonly image?: string;
  readonly release?: '44' | '43';
  readonly date?: string;
  readonly occasion?: Occasion;
  /** By the digit of their digests; what is published is `a…`. */
  readonly existing?: Readonly<Record<string, string>>;
}

function tagsOf({ scheme = 'variants', image = 'immutablue-cyan', release, date, occasion, existing = {} }: Case) {
  const settings = settingsOf(scheme);
  return tagsFor({
    variant: { imageName: image },
    release: settings.releases[release === '43' ? 1 : 0] ?? settings.releases[0],
    settings,
    occasion: occasion ?? { kind: 'release' },
    date: new Date(date ?? '2026-11-27T12:00:00Z'),
    digest: digestOf('a'),
    existingTags: new Map(Object.entries(existing).map(([tag, digit]) => [tag, digestOf(digit)])),
  });
}

describe('tagsFor', () => {
  it.each<[string, Case, string | undefined, readonly string[]]>([
    ['the current release', {}, '44-20261127', ['44', 'latest']],
    ['another release', { release: '43' }, '43-20261127', ['43']],
    ["upstream's base", { scheme: 'upstream', image: 'immutablue' }, '44-20261127', ['44', 'latest']],
    ["upstream's cyan", { scheme: 'upstream' }, '44-cyan-20261127', ['44-cyan', 'latest-cyan']],
    [
      "upstream's headless kuberblue of another release",
      { scheme: 'upstream', image: 'immutablue-kuberblue-nucleus', release: '43' },
      '43-kuberblue-nucleus-20261127',
      ['43-kuberblue-nucleus'],
    ],
    ['the last moment of a day in UTC', { date: '2026-11-28T01:59:59+02:00' }, '44-20261127', ['44', 'latest']],
    ['the first moment of a day in UTC', { date: '2026-11-26T23:00:00-01:00' }, '44-20261127', ['44', 'latest']],
    ['a second image of a day', { existing: { '44-20261127': 'b' } }, '44-20261127.1', ['44', 'latest']],
    [
      'a day whose first tags are pruned',
      { existing: { '44-20261127.9': 'b', '44-20261127.10': 'c' } },
      '44-20261127.11',
      ['44', 'latest'],
    ],
    [
      'a day of which others have tags',
      { scheme: 'upstream', existing: { '44-20261127': 'b', '44-trueblue-20261127': 'b', '43-cyan-20261127': 'b' } },
      '44-cyan-20261127',
      ['44-cyan', 'latest-cyan'],
    ],
    [
      'the same image again, on the same day',
      { existing: { '44-20261127': 'a', '44-20261127.1': 'b' } },
      '44-20261127',
      ['44', 'latest'],
    ],
    [
      'the same image again, a week later',
      { existing: { '44-20261120': 'a', '44-20261127': 'b' } },
      '44-20261120',
      ['44', 'latest'],
    ],
    [
      'an image that had two days already',
      { existing: { '44-20261113': 'a', '44-20261120.1': 'a', '44-20261120': 'b' } },
      '44-20261120.1',
      ['44', 'latest'],
    ],
    [
      'an image that another image of the repository is, too',
      { scheme: 'upstream', existing: { '44-20261120': 'a' } },
      '44-cyan-20261127',
      ['44-cyan', 'latest-cyan'],
    ],
    [
      'tags that only look dated',
      { existing: { '44-20261199': 'a', '44-20261127.01': 'b' } },
      '44-20261127',
      ['44', 'latest'],
    ],
    ['a pull request', { occasion: { kind: 'pull-request', number: 12 } }, undefined, ['pr-12-44']],
    [
      "a pull request in upstream's repository",
      { scheme: 'upstream', release: '43', occasion: { kind: 'pull-request', number: 12 } },
      undefined,
      ['pr-12-43-cyan'],
    ],
  ])('%s', (_, request, dated, moving) => {
    expect(tagsOf(request)).toEqual({ dated, moving });
  });

  it('makes no tag that registries do not take', () => {
    expect(() => tagsOf({ occasion: { kind: 'pull-request', number: Number.MAX_VALUE } })).toThrow(
      'no tag can be made of `pr-1.7976931348623157e+308-44`',
    );
  });

  it('has room for the longest names', () => {
    const longest = { scheme: 'upstream', image: `immutablue-${'x'.repeat(64)}` };
    const { moving } = tagsOf({ ...longest, occasion: { kind: 'pull-request', number: Number.MAX_SAFE_INTEGER } });
    expect(moving).toEqual([`pr-${Number.MAX_SAFE_INTEGER}-44-${'x'.repeat(64)}`]);
  });
});

describe('datedTagsOf', () => {
  const tags = [
    '44',
    '44-20261120',
    '44-20261127.2',
    '44-20261127.10',
    '44-20261127',
    '44-cyan-20261127',
    '43-20261127',
    'latest',
  ];

  it.each([
    ['immutablue', ['44-20261127.10', '44-20261127.2', '44-20261127', '44-20261120']],
    ['immutablue-cyan', ['44-cyan-20261127']],
    ['immutablue-teal', []],
  ])('of %s has those of the image alone, the newest first', (imageName, expected) => {
    const settings = settingsOf('upstream');
    expect(datedTagsOf({ variant: { imageName }, release: settings.releases[0], settings }, tags)).toEqual(expected);
  });
});

describe('repositoryOf', () => {
  it.each([
    ['variants', 'immutablue', 'quay.io/immutablue/immutablue'],
    ['variants', 'immutablue-cyan', 'quay.io/immutablue/immutablue-cyan'],
    ['upstream', 'immutablue', 'quay.io/immutablue/immutablue'],
    ['upstream', 'immutablue-cyan', 'quay.io/immutablue/immutablue'],
    ['upstream', 'violet', 'quay.io/immutablue/violet'],
  ])('by the scheme %s of %s is %s', (scheme, imageName, expected) => {
    expect(repositoryOf({ imageName }, settingsOf(scheme))).toBe(expected);
  });
});
