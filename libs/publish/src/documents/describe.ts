import { compareWithPublished, releaseNote } from '@immutablue/compare';
import { DiagnosticError } from '@immutablue/diagnostics';
import type { Digest, ImageId } from '@immutablue/oci';
import type { Manifest, Repository } from '@immutablue/registry';
import { CYCLONEDX_MEDIA_TYPE, cyclonedxDocument, readContents, SPDX_MEDIA_TYPE, spdxDocument } from '@immutablue/sbom';
import type { PlanRequest } from '@immutablue/stage-runner';
import { imageName, type PublishedImage } from '../model';
import type { Document } from './document';

/** What is published of a plan's image as documents. */
export interface Described {
  readonly planned: PlanRequest;
  readonly image: ImageId;
  readonly published: PublishedImage;
  readonly manifest: Manifest;
  /** The image that hosts had until now; undefined for the first one. */
  readonly before: Digest | undefined;
}

/** What an image holds, for programs, in both forms that they read. @throws {DiagnosticError} `sbom/…`. */
export async function sbomsOf({ planned, published }: Described, signal: AbortSignal): Promise<readonly Document[]> {
  const contents = await readContents({ ...planned, signal });
  const repository = `${published.host}/${published.repository}`;
  const about = { ...contents.subject, repository, digest: published.digest };
  return [
    document('sbom.spdx.json', SPDX_MEDIA_TYPE, spdxDocument(contents, about)),
    document('sbom.cdx.json', CYCLONEDX_MEDIA_TYPE, cyclonedxDocument(contents, about)),
  ];
}

/** What is new, for people. @returns undefined for the first image, and when it is still the same. */
export async function releaseNoteOf(
  repository: Repository,
  { image, published, manifest, before }: Described,
  signal: AbortSignal,
): Promise<Document | 'not comparable' | undefined> {
  if (before === undefined || before === published.digest) return undefined;
  try {
    const name = imageName(published);
    const compared = { repository, before, after: image, name, published: manifest, signal };
    return document('release-note.md', 'text/markdown', releaseNote(await compareWithPublished(compared)));
  } catch (error) {
    const code = error instanceof DiagnosticError ? error.diagnostics[0].code : undefined;
    // The tag stood for something else, or for other architectures: then there is nothing to say that would help anybody.
    if (code !== 'compare/not-comparable' && code !== 'registry/not-found') throw error;
    return 'not comparable';
  }
}

function document(name: string, mediaType: string, text: string): Document {
  return { name, mediaType, bytes: Buffer.from(text) };
}
