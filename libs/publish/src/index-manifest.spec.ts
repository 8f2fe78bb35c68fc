import { toDigest } from '@immutablue/oci';
import { IMAGE_INDEX, IMAGE_MANIFEST } from '@immutablue/registry';
import { composeIndex, type Existing, type PlatformImage } from './index-manifest';

const digestOf = (digit: string) => toDigest(`sha256:${digit.repeat(64)}`);

function image(digit: string, architecture: string, variant?: string): PlatformImage {
  const platform = { architecture, os: 'linux', ...(variant === undefined ? {} : { variant }) };
  return { mediaType: IMAGE_MANIFEST, digest: digestOf(digit), size: 7, platform };
}

const index = (...manifests: readonly object[]): Existing => ({
  kind: 'index',
  bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests })),
});

/** `architecture digit`, in the order of the index. */
function entriesIn(bytes: Buffer): readonly string[] {
  const { manifests } = JSON.parse(bytes.toString()) as { manifests: readonly Partial<PlatformImage>[] };
  return manifests.map(({ platform, digest }) => `${platform?.architecture ?? 'none'} ${digest?.at(-1) ?? ''}`);
}

const nothing: Existing = { kind: 'nothing' };

describe('composeIndex', () => {
  it('makes an index of the image specification', () => {
    const { bytes, mediaType } = composeIndex(nothing, image('1', 'arm64', 'v8'), { b: '2', a: '1' });
    expect(mediaType).toBe(IMAGE_INDEX);
    expect(bytes.toString()).toMatchInlineSnapshot(
      `"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:1111111111111111111111111111111111111111111111111111111111111111","size":7,"platform":{"architecture":"arm64","os":"linux","variant":"v8"}}],"annotations":{"a":"1","b":"2"}}"`,
    );
  });

  it.each<[string, Existing, PlatformImage, readonly string[]]>([
    ['nothing', nothing, image('1', 'amd64'), ['amd64 1']],
    [
      'an image of another platform',
      { kind: 'image', image: image('1', 'arm64') },
      image('2', 'amd64'),
      ['amd64 2', 'arm64 1'],
    ],
    ['an image of the same platform', { kind: 'image', image: image('1', 'amd64') }, image('2', 'amd64'), ['amd64 2']],
    ['an index without the platform', index(image('1', 'arm64')), image('2', 'amd64'), ['amd64 2', 'arm64 1']],
    [
      'an index with the platform',
      index(image('1', 'arm64'), image('2', 'amd64')),
      image('3', 'amd64'),
      ['amd64 3', 'arm64 1'],
    ],
    [
      'an index that has the platform twice',
      index(image('1', 'amd64'), image('2', 'amd64')),
      image('3', 'amd64'),
      ['amd64 3'],
    ],
    [
      'an index that has it already',
      index(image('1', 'arm64'), image('2', 'amd64')),
      image('2', 'amd64'),
      ['amd64 2', 'arm64 1'],
    ],
    ['arm64 under its full name', index(image('1', 'arm64', 'v8')), image('2', 'arm64'), ['arm64 2']],
    ['another version of a platform', index(image('1', 'amd64')), image('2', 'amd64', 'v3'), ['amd64 1', 'amd64 2']],
    [
      'an entry without a platform',
      index({ mediaType: IMAGE_MANIFEST, digest: digestOf('9'), size: 1 }),
      image('1', 'amd64'),
      ['amd64 1', 'none 9'],
    ],
  ])('puts an image beside what is there: %s', (_, existing, own, expected) => {
    const composed = composeIndex(existing, own);
    expect(entriesIn(composed.bytes)).toEqual(expected);
    expect(composeIndex({ kind: 'index', bytes: composed.bytes }, own).digest).toBe(composed.digest);
  });

  it('is the same in whatever order machines add to it', () => {
    const images = [image('1', 'amd64'), image('2', 'arm64', 'v8'), image('3', 'riscv64')];
    const composed = (order: readonly PlatformImage[]) =>
      order.reduce<Existing>((existing, own) => ({ kind: 'index', bytes: composeIndex(existing, own).bytes }), nothing);
    expect(composed(images)).toEqual(composed(images.toReversed()));
  });

  it('keeps what others say of their entries', () => {
    const other = {
      ...image('1', 'arm64'),
      annotations: { a: 'b' },
      platform: { 'os.version': '1', architecture: 'arm64', os: 'linux' },
    };
    const { bytes } = composeIndex(index(other), image('2', 'amd64'));
    expect((JSON.parse(bytes.toString()) as { manifests: unknown[] }).manifests).toContainEqual(other);
  });

  it.each([
    ['an image', { schemaVersion: 2, layers: [] }],
    ['no digest', { schemaVersion: 2, manifests: [{ mediaType: 'a', digest: 'md5:0', size: 1 }] }],
    ['another schema', { schemaVersion: 1, manifests: [] }],
    ['no JSON', undefined],
  ])('does not take for an index what is none: %s', (_, content) => {
    const bytes = Buffer.from(content === undefined ? '{' : JSON.stringify(content));
    expect(() => composeIndex({ kind: 'index', bytes }, image('1', 'amd64'))).toThrow(
      'what the tag stands for is no index of images by platform',
    );
  });
});
