import type { ImageRecord } from '@immutablue/stage-runner';

/** The record of an image of a variant `teal` that stands on `base`. */
export function imageRecord(labels: Readonly<Record<string, string>>): ImageRecord {
  const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;
  return {
    variant: 'teal',
    reference: 'localhost/immutablue/teal:44',
    imageId: '0'.repeat(64),
    digest: digestOf('a'),
    parent: { variant: 'base', reference: 'localhost/immutablue/immutablue:44', imageId: '8'.repeat(64) },
    release: '44',
    arch: 'x86_64',
    upstream: 'lab',
    options: ['gui', 'silverblue', 'teal'],
    labels: { 'org.opencontainers.image.source': 'https://git.example/immutablue', ...labels },
    layers: [digestOf('6'), digestOf('7')],
    ownLayers: [digestOf('7')],
  };
}
