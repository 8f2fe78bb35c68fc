import { createHash } from 'node:crypto';
import { renderError } from '@immutablue/diagnostics';
import { toDigest, type Digest } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import type { Result } from '@immutablue/stage-runner';
import { readEntry, readManifest, writeConfig, writeManifest, type LayerBlobs } from './entry';

const digest = (digit: string) => toDigest(`sha256:${digit.repeat(64)}`);
const hex = (text: string) => createHash('sha256').update(text).digest('hex');
const [PARENT, OWN] = [digest('a'), digest('b')];
const KEY = '1'.repeat(64) as BuildKey;

const config = JSON.stringify({ architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [PARENT, OWN] } });
const manifest = JSON.stringify({
  config: { digest: `sha256:${hex(config)}` },
  layers: [
    { digest: PARENT, size: 2048 },
    { digest: OWN, size: 1024 },
  ],
});
const result: Result = {
  of: 'rest',
  variant: 'teal',
  imageId: hex(config),
  parent: { imageId: '2'.repeat(64), layers: [PARENT], created: 0 },
  ownLayers: [OWN],
};
const blobs = new Map<Digest, LayerBlobs>([
  [OWN, { archive: { digest: digest('c'), size: 10 }, listing: { digest: digest('d'), size: 5 }, size: 1024 }],
]);

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' });
  }
  throw new Error('it was taken');
}

it('reads what it has written', () => {
  const bytes = writeConfig(KEY, { result, image: { manifest, config } });
  const written = writeManifest({ digest: digest('e'), size: bytes.length }, blobs);
  const read = readManifest(written.bytes);
  expect(read.config).toMatchObject({ digest: digest('e'), size: bytes.length });
  expect(read.blobs).toEqual(blobs);
  expect(readEntry(KEY, bytes, read.blobs)).toEqual({
    result,
    image: { manifest, config },
    layers: new Map([[OWN, 10]]),
    listed: [OWN],
    blobs,
  });
});

describe('a manifest', () => {
  const good = JSON.parse(writeManifest({ digest: digest('e'), size: 1 }, blobs).bytes.toString()) as {
    config: object;
    layers: [{ annotations: object }, object];
  };
  const [archive] = good.layers;

  it.each<[string, unknown]>([
    ['that is no JSON', undefined],
    ['of an image', { ...good, artifactType: undefined }],
    ['with a configuration of any size', { ...good, config: { ...good.config, size: 10 ** 9 } }],
    ['with a layer of no diffID', { ...good, layers: [{ ...archive, annotations: {} }] }],
    [
      'with a layer of no size',
      { ...good, layers: [{ ...archive, annotations: { ...archive.annotations, 'io.immutablue.size': '1e9' } }] },
    ],
    ['with a layer that nothing lists', { ...good, layers: [archive] }],
    ['with a digest that leads elsewhere', { ...good, layers: [{ ...archive, digest: 'sha256:../../etc' }] }],
  ])('%s is refused', (_, value) => {
    const bytes = Buffer.from(value === undefined ? '{' : JSON.stringify(value));
    expect(refusal(() => readManifest(bytes))).toContain('error[cache/refused-entry]');
  });
});

describe('an entry', () => {
  const image = { manifest, config };
  const changed = (changes: Partial<Result>) => writeConfig(KEY, { result: { ...result, ...changes }, image });

  const onItself = () =>
    changed({ parent: { imageId: hex(config), layers: [PARENT, OWN], created: 0 }, ownLayers: [] });
  const withConfig = (changes: object) => {
    const other = JSON.stringify({ ...(JSON.parse(config) as object), ...changes });
    const of = { config: other, manifest: manifest.replace(hex(config), hex(other)) };
    return writeConfig(KEY, { result: { ...result, imageId: hex(other) }, image: of });
  };

  it.each<[string, Buffer, string]>([
    ['that is no JSON', Buffer.from('{'), 'cannot be read'],
    ['with a field more', Buffer.from(JSON.stringify({ key: KEY, result, image, more: 1 })), 'cannot be read'],
    ['of another key', writeConfig('3'.repeat(64) as BuildKey, { result, image }), 'of another key, `333333333333`'],
    ['of another image', changed({ imageId: '4'.repeat(64) }), 'its image is not the one that it names'],
    ['of a prefix', changed({ of: 'prefix' }), 'its image is not the one that it names'],
    ['that stands on itself', onItself(), 'its image is not the one that it names'],
    ['with a layer that is no digest', withConfig({ rootfs: { type: 'layers', diff_ids: ['x'] } }), 'its image is not'],
    ['with a date that is none', withConfig({ created: 'soon' }), 'its image is not the one that it names'],
    [
      'on another parent',
      changed({ parent: { ...result.parent, layers: [digest('f')] } }),
      'does not stand on the parent',
    ],
    ['with other layers', changed({ ownLayers: [] }), 'does not stand on the parent'],
    [
      'with a manifest of another image',
      writeConfig(KEY, { result, image: { manifest: manifest.replace(OWN, PARENT), config } }),
      'its image is not the one that it names',
    ],
  ])('%s is refused', (_, bytes, reason) => {
    expect(refusal(() => readEntry(KEY, bytes, blobs))).toContain(reason);
  });

  it('without one of its layers is refused', () => {
    expect(refusal(() => readEntry(KEY, changed({}), new Map()))).toContain('a layer of it is missing');
  });
});
