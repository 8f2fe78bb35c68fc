import { toDigest, type Digest } from '@immutablue/oci';
import { tagsToPrune, type ExistingTag } from './prune';

const NOW = new Date('2026-11-27T12:00:00Z');
const POLICY = { weeks: 8, newest: 2, pullRequestDays: 14 };

const digestOf = (digit: string) => toDigest(`sha256:${digit.repeat(64)}`);

/** What cosign calls the signature of an image. */
const attached = (digit: string, suffix: string) => `sha256-${digit.repeat(64)}${suffix}`;

/** `tag image`, `tag index=image+image`, `tag image @day of publication`; digests by their digit. */
function existing(lines: readonly string[]): readonly ExistingTag[] {
  return lines.map((line) => {
    const [tag = '', what = '', published] = line.split(' ');
    const [digest = '', platforms] = what.split('=');
    return {
      tag,
      digest: digestOf(digest),
      platforms: platforms === undefined ? [] : platforms.split('+').map(digestOf),
      ...(published === undefined ? {} : { publishedAt: new Date(published.slice(1)) }),
    };
  });
}

function prune(lines: readonly string[], policy = POLICY) {
  const { tags, manifests } = tagsToPrune(existing(lines), policy, NOW);
  return { tags, manifests: manifests.map((digest: Digest) => digest.slice('sha256:'.length, 'sha256:'.length + 1)) };
}

describe('tagsToPrune', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['an empty repository', [], [], []],
    [
      'old dated tags but the newest',
      ['44-20260101 1', '44-20260401 2', '44-20260401.1 3', '44-20260301 4', '44 5', 'latest 5'],
      ['44-20260101', '44-20260301'],
      ['1', '4'],
    ],
    [
      'the newest of each image, and of each release',
      ['44-20260101 1', '44-20260102 2', '44-20260103 3', '44-cyan-20260101 4', '44-cyan-20260102 5', '43-20260101 6'],
      ['44-20260101'],
      ['1'],
    ],
    ['none that is young enough, however many', ['44-20261003 1', '44-20261003.1 2', '44-20261127 3'], [], []],
    [
      'none that a moving tag stands for',
      ['44-20260101 1', '44-20260201 2', '44-20260301 3', '44-20260401 4', '44 1', 'latest 2'],
      [],
      [],
    ],
    [
      'none whose image has a tag of another kind',
      ['44-20260101 1', '44-20260201 2', '44-20260301 3', 'stable 1', '20260101 1'],
      [],
      [],
    ],
    [
      'old tags of pull requests of which it is known when they were published',
      [
        'pr-1-44 1 @2026-11-13',
        'pr-2-44 2 @2026-11-14',
        'pr-3-44-cyan 3 @2026-01-01',
        'pr-4-44 4',
        'pr-x 5 @2026-01-01',
      ],
      ['pr-1-44', 'pr-3-44-cyan'],
      ['1', '3'],
    ],
    [
      'no image of a pull request that was merged as it was',
      ['pr-1-44 1 @2026-01-01', '44-20260101 1', '44 2'],
      [],
      [],
    ],
    [
      'what hangs on images that go, after them, and nothing that hangs on others',
      [
        `${attached('1', '.sig')} a`,
        `${attached('1', '.att')} b`,
        `${attached('1', '')} c`,
        `${attached('2', '.sig')} d`,
        `${attached('9', '.sig')} e`,
        'pr-1-44 1 @2026-01-01',
        '44 2',
      ],
      ['pr-1-44', attached('1', '.sig'), attached('1', '.att'), attached('1', '')],
      ['1', 'a', 'b', 'c'],
    ],
    [
      'an index with its images and their signatures, but for those that another index has',
      [
        'pr-1-44 1=2+3 @2026-01-01',
        '44 4=3+5',
        `${attached('1', '.sig')} a`,
        `${attached('2', '.sig')} b`,
        `${attached('3', '.sig')} c`,
        `${attached('4', '.sig')} d`,
      ],
      ['pr-1-44', attached('1', '.sig'), attached('2', '.sig')],
      ['1', '2', 'a', 'b'],
    ],
    ['no image that an index has', ['pr-1-44 2 @2026-01-01', '44 4=2+5', `${attached('2', '.sig')} b`], [], []],
    ['what has no date of the calendar', ['44-20260230 1', '44-20261301 2', '44-2026011 3'], [], []],
  ])('removes %s', (_, lines, tags, manifests) => {
    expect(prune(lines)).toEqual({ tags, manifests });
  });

  it('keeps as many as the policy says, and counts weeks from now', () => {
    const lines = ['44-20261002 1', '44-20261003 2', '44-20261004 3'];
    expect(prune(lines, { ...POLICY, newest: 0 }).tags).toEqual(['44-20261002']);
    expect(prune(lines, { ...POLICY, newest: 3, weeks: 0 }).tags).toEqual([]);
  });
});
