import { attestImage, provenanceOf, pullAttestations, pullImage, readCommit, type Statement } from '@immutablue/attest';
import { DiagnosticError } from '@immutablue/diagnostics';
import type { BuildPlan } from '@immutablue/plan';
import {
  putManifest,
  putReferrer,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Descriptor,
  type Registry,
  type Repository,
} from '@immutablue/registry';
import type { SignedImage, SigningKey } from '@immutablue/signing';
import { readDepBuilderImages } from '@immutablue/stage-runner';
import { join } from 'node:path';
import type { Document } from './documents/document';
import type { BuiltImage } from './image/built-image';
import { digestOf } from './image/manifest';
import type { PublishedImage } from './model';

export interface Attested {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly image: BuiltImage;
  readonly published: PublishedImage;
  readonly documents: readonly Document[];
  /** The published image that it stands on, if it is in this registry. */
  readonly parent: SignedImage | undefined;
}

/** What an image was built from. @throws {DiagnosticError} `attest/…`. */
export async function readProvenance(attested: Attested): Promise<Statement> {
  const { plan, workspaceRoot, image, published, parent } = attested;
  const { host, repository: name, digest } = published;
  return provenanceOf({
    image: { registry: host, repository: name, digest },
    record: image.record,
    plan,
    workspaceRoot,
    depBuilderImages: await readDepBuilderImages(plan, join(attested.variantsDirectory, plan.variant)),
    commit: await readCommit(workspaceRoot),
    ...(parent === undefined ? {} : { parent }),
    documents: attested.documents.map((one) => ({
      name: one.name,
      mediaType: one.mediaType,
      digest: digestOf(one.bytes),
    })),
  });
}

/** Says what an image was built from, signed by the key. @throws {DiagnosticError} `attest/…`, `registry/…`, `signing/…`. */
export async function putProvenance(
  repository: Repository,
  subject: Descriptor,
  statement: Statement,
  key: SigningKey,
  signal: AbortSignal,
): Promise<void> {
  const { digest } = subject;
  const existing = await pullAttestations(repository, digest, signal);
  const attesting = attestImage(subject, statement, key, existing);
  if (attesting === undefined) return;
  for (const { bytes } of attesting.blobs) await uploadBlob(repository, sourceOfBytes(bytes), { signal });
  const manifest = toManifest(attesting.manifest.bytes, attesting.manifest.mediaType);
  await putReferrer(repository, manifest, { subject: digest, artifactType: attesting.artifactType }, signal);
  await putManifest(repository, manifest, attesting.tag, signal);
}

/**
 * The published image of a variant that another one stands on, by its digest.
 *
 * @param place the repository and the tag that hosts follow.
 * @returns undefined when the tag does not stand for the very image that was built on.
 */
export async function findParentImage(
  registry: Registry,
  place: { readonly repository: string; readonly tag: string },
  { record }: BuiltImage,
  signal: AbortSignal,
): Promise<SignedImage | undefined> {
  try {
    const pulled = await pullImage(registry.repository(place.repository), place.tag, record.arch, signal);
    if (pulled.imageId !== record.parent.imageId) return undefined;
    return { registry: registry.host, repository: pulled.repository, digest: pulled.digest };
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics[0].code === 'registry/not-found') return undefined;
    throw error;
  }
}
