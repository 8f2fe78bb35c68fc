import { createHash } from 'node:crypto';
import { toDigest, type Digest } from '@immutablue/oci';
import { layerOf } from '@immutablue/stage-runner/testing';
import type { PackageVersion } from '@immutablue/variant';
import type { ImageContents } from '../difference';
import { rootTree } from '../root-tree';

/** What a test says of an image. */
export interface TestImage {
  readonly name?: string;
  /** `kernel 6.18.1-1`, `name epoch:version-release.arch`. */
  readonly packages?: readonly string[];
  readonly packageFiles?: Readonly<Record<string, readonly string[]>>;
  /** Entries of its only layer, as `layerOf` takes them. */
  readonly entries?: readonly string[];
  readonly kernelArguments?: readonly string[];
  /** Uncompressed and compressed bytes by the name of a layer; without compressed ones it is not published. */
  readonly layers?: Readonly<Record<string, number | readonly [bytes: number, compressed: number]>>;
}

/** The contents of an image for tests. */
export function contentsOf(image: TestImage): ImageContents {
  const { name = 'localhost/immutablue/cyan:44', packages = [], packageFiles = {}, entries = [], layers = {} } = image;
  return {
    image: { name },
    architecture: 'x86_64',
    packages: packages.map(packageOf),
    packageFiles: new Map(Object.entries(packageFiles)),
    tree: rootTree([{ ...layerOf(...entries), diffId: digestOf(entries.join()) }]),
    kernelArgumentFiles: (image.kernelArguments ?? []).map((text, index) => ({ path: `/k/${index}.toml`, text })),
    layers: Object.entries(layers).map(([layer, sizes]) =>
      typeof sizes === 'number'
        ? { diffId: digestOf(layer), bytes: sizes }
        : {
            diffId: digestOf(layer),
            bytes: sizes[0],
            blob: { digest: digestOf(`${layer} compressed`), size: sizes[1] },
          },
    ),
  };
}

/** `name epoch:version-release.arch`; epoch, release and architecture may be left out. */
export function packageOf(text: string): PackageVersion {
  const {
    name = '',
    epoch = '0',
    version = '',
    release = '1',
    arch = 'x86_64',
  } = /^(?<name>\S+) (?:(?<epoch>\d+):)?(?<version>[^-]+?)(?:-(?<release>.+?))?(?:\.(?<arch>x86_64|i686|noarch))?$/.exec(
    text,
  )?.groups ?? {};
  return { name, epoch: Number(epoch), version, release, arch };
}

function digestOf(text: string): Digest {
  return toDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);
}
