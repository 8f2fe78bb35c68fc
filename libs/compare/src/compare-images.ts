import { DiagnosticError } from '@immutablue/diagnostics';
import { requireImage, type Digest, type ImageDetails, type ImageId } from '@immutablue/oci';
import {
  blobsOf,
  findPublished,
  nameOf,
  withPublished,
  type Descriptor,
  type FetchOptions,
  type Manifest,
  type PublishedImage,
  type Repository,
} from '@immutablue/registry';
import { ARCHITECTURES, ociArchitecture, type Architecture } from '@immutablue/variant';
import { compareContents, type ImageContents, type ImageDifference } from './difference';
import { readContents } from './read/read-contents';

/** Where an image is. */
export type ImageSource =
  | {
      readonly kind: 'stored';
      /** Its ID or name in the store. */
      readonly image: string;
      /** What it is called in what is shown. */
      readonly name: string;
      /** As which a registry has it, where it is published: then its compressed sizes are known. */
      readonly published?: Manifest | undefined;
    }
  | {
      readonly kind: 'published';
      readonly repository: Repository;
      /** A tag or a digest. */
      readonly reference: string;
    };

export interface Comparison extends FetchOptions {
  readonly before: ImageSource;
  readonly after: ImageSource;
  readonly architecture: Architecture;
}

/**
 * Compares two images of this machine or of registries. No name in the store or a registry is moved, and what has to be brought into
 * the store is removed again.
 *
 * @throws {DiagnosticError} `registry/not-found`, `oci/image-not-found`; `compare/not-comparable` for images of another architecture
 *   or of two variants; `registry/…`, `build/interrupted`.
 */
export async function compareImages(comparison: Comparison): Promise<ImageDifference> {
  const { architecture, signal } = comparison;
  const before = await find(comparison.before, architecture, signal);
  const after = await find(comparison.after, architecture, signal);
  requireComparable(before, after, architecture);
  const published = [before, after].flatMap((found) => (found.kind === 'published' ? [found.image] : []));
  return withPublished(published, comparison, async () =>
    compareContents(await read(before, architecture, signal), await read(after, architecture, signal)),
  );
}

export interface PublishedComparison extends FetchOptions {
  readonly repository: Repository;
  /** The image before: a tag or a digest of the repository. */
  readonly before: string;
  /** The image after, in the store. */
  readonly after: ImageId;
  /** What that is called in what is shown. */
  readonly name: string;
  /** As which it is in a registry, once it is there: then the bytes that hosts download are known. */
  readonly published?: Manifest;
}

/** Compares an image of the store with one that a repository has, as {@link compareImages} does. */
export async function compareWithPublished(comparison: PublishedComparison): Promise<ImageDifference> {
  const { repository, before, after, name, published, signal, onLine } = comparison;
  const details = await requireStored(after);
  return compareImages({
    before: { kind: 'published', repository, reference: before },
    after: { kind: 'stored', image: after, name, published },
    architecture: requireArchitecture(name, details),
    signal,
    onLine,
  });
}

/** An image of which it is known that it is there, before anything is brought into the store. */
type Found = FoundImage &
  (
    | { readonly kind: 'stored'; readonly published: Manifest | undefined }
    | { readonly kind: 'published'; readonly image: PublishedImage }
  );

interface FoundImage {
  readonly id: ImageId;
  readonly name: string;
  /** As the image specification names it. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
}

async function find(source: ImageSource, architecture: Architecture, signal?: AbortSignal): Promise<Found> {
  if (source.kind === 'stored') {
    const { id, architecture: own, labels } = await requireStored(source.image);
    return { kind: 'stored', id, name: source.name, architecture: own, labels, published: source.published };
  }
  const { repository, reference } = source;
  const image = await findPublished(repository, reference, ociArchitecture(architecture), signal);
  const { id, architecture: own, labels } = image;
  return { kind: 'published', id, name: nameOf(repository, reference), architecture: own, labels, image };
}

async function read(found: Found, architecture: Architecture, signal?: AbortSignal): Promise<ImageContents> {
  const { name, id } = found;
  const details = await requireStored(id);
  if (found.kind === 'published') {
    const { digest, layers } = found.image;
    const blobs = new Map(layers.map(({ diffId, blob }) => [diffId, blob]));
    return readContents({ image: { name, digest }, details, architecture, blobs }, signal);
  }
  const { published } = found;
  if (published === undefined) {
    return readContents({ image: { name }, details, architecture, blobs: new Map() }, signal);
  }
  const sizes = blobsOf(published);
  const blobs = details.layers.flatMap((diffId, index): [Digest, Descriptor][] => {
    const blob = sizes[index];
    return blob === undefined ? [] : [[diffId, blob]];
  });
  const image = { name, digest: published.digest };
  return readContents({ image, details, architecture, blobs: new Map(blobs) }, signal);
}

function requireStored(image: string): Promise<ImageDetails> {
  return requireImage(image, '`buildah images` lists those that are; one in a registry is named in full');
}

function requireArchitecture(name: string, { architecture }: ImageDetails): Architecture {
  const found = ARCHITECTURES.find((one) => ociArchitecture(one) === architecture);
  if (found !== undefined) return found;
  throw notComparable(`\`${name}\` is for ${architecture}`);
}

const VARIANT = 'io.immutablue.variant';

function requireComparable(before: FoundImage, after: FoundImage, architecture: Architecture): void {
  const wanted = ociArchitecture(architecture);
  for (const image of [before, after]) {
    if (image.architecture !== wanted)
      throw notComparable(`\`${image.name}\` is for ${image.architecture}, not ${wanted}`);
  }
  const [old, now] = [before.labels[VARIANT], after.labels[VARIANT]];
  // Images that were not built by us have no such label.
  if (old === undefined || now === undefined || old === now) return;
  throw notComparable(`\`${before.name}\` is the variant \`${old}\`, \`${after.name}\` is \`${now}\``);
}

function notComparable(message: string): DiagnosticError {
  return new DiagnosticError({
    code: 'compare/not-comparable',
    message,
    hint: 'compare images of one variant and one architecture',
  });
}
