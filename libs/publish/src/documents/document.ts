import type { Digest } from '@immutablue/oci';
import {
  IMAGE_MANIFEST,
  listReferrers,
  putReferrer,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Descriptor,
  type Manifest,
  type Repository,
} from '@immutablue/registry';
import { digestOf } from '../image/manifest';

/** Something about an image, for people and programs, that hangs on it in the registry. */
export interface Document {
  /** As a file is called that it is saved to. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** Of the manifest that names it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor */
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') };

/** The manifest under which a document hangs on an image: an artifact with one layer. Pure. */
export function documentManifest({ name, mediaType, bytes, annotations }: Document, subject: Descriptor): Manifest {
  const content = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType: mediaType,
    config: { mediaType: EMPTY.mediaType, digest: digestOf(EMPTY.bytes), size: EMPTY.bytes.length },
    layers: [
      {
        mediaType,
        digest: digestOf(bytes),
        size: bytes.length,
        annotations: { 'org.opencontainers.image.title': name },
      },
    ],
    ...(annotations === undefined ? {} : { annotations }),
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  };
  return toManifest(Buffer.from(JSON.stringify(content)), IMAGE_MANIFEST);
}

/** Hangs documents on an image; one that hangs there already is left as it is. @throws {DiagnosticError} `registry/…`. */
export async function putDocuments(
  repository: Repository,
  subject: Descriptor,
  documents: readonly Document[],
  signal: AbortSignal,
): Promise<void> {
  if (documents.length === 0) return;
  const there = new Set<Digest>((await listReferrers(repository, subject.digest, signal)).map(({ digest }) => digest));
  for (const document of documents) {
    const manifest = documentManifest(document, subject);
    if (there.has(manifest.digest)) continue;
    for (const bytes of [EMPTY.bytes, document.bytes]) await uploadBlob(repository, sourceOfBytes(bytes), { signal });
    await putReferrer(repository, manifest, { subject: subject.digest, artifactType: document.mediaType }, signal);
  }
}
