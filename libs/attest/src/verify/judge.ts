import type { Diagnostic } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import { refusalWords, verdictNotes, type PublicKey, type Refusal, type SignedImage } from '@immutablue/signing';
import { attestationTag, envelopesIn, type Attachment } from '../attest-image';
import { openStatement, parseJson } from '../dsse/envelope';
import { kindOfMaterial, type MaterialKind } from '../provenance/materials';
import { anyStatementSchema, statementSchema, type Resource, type Statement } from '../provenance/statement';

/** What one attestation of an image says to those who have a key. */
export type AttestationVerdict =
  | { readonly kind: 'accepted'; readonly statement: Statement }
  | Refusal
  /** Signed by the key, but of another kind of build. */
  | { readonly kind: 'unreadable' };

/** Checks the provenances of an image: by their signature, and that it is this image which they are about. Pure. */
export function judgeAttestations(
  image: SignedImage,
  key: PublicKey,
  attestations: Attachment | undefined,
): readonly AttestationVerdict[] {
  if (attestations === undefined) return [];
  return envelopesIn(attestations.manifest).map(({ digest }) => {
    const envelope = attestations.blobs.get(digest);
    return envelope === undefined ? { kind: 'wrong-content' } : judgeEnvelope(image, key, envelope);
  });
}

function judgeEnvelope(image: SignedImage, key: PublicKey, envelope: Buffer): AttestationVerdict {
  const opened = openStatement(envelope, key);
  if (opened.kind !== 'opened') return opened;
  const statement = parseJson(opened.statement);
  const any = anyStatementSchema.safeParse(statement);
  if (!any.success) return { kind: 'unreadable' };
  const wanted = image.digest.slice('sha256:'.length);
  if (!any.data.subject.some(({ digest }) => digest['sha256'] === wanted)) {
    return { kind: 'of-another-image', digest: `sha256:${any.data.subject[0]?.digest['sha256'] ?? ''}` };
  }
  const own = statementSchema.safeParse(statement);
  return own.success ? { kind: 'accepted', statement: own.data } : { kind: 'unreadable' };
}

/** The statement that counts: of several by the key the last, which was pushed when the image was published last. */
export function acceptedStatement(verdicts: readonly AttestationVerdict[]): Statement | undefined {
  return verdicts.flatMap((verdict) => (verdict.kind === 'accepted' ? [verdict.statement] : [])).at(-1);
}

/** What is wrong with attestations of which none is accepted. */
export function notAttested(image: SignedImage, verdicts: readonly AttestationVerdict[]): Diagnostic {
  return {
    code: 'attest/not-attested',
    message: `\`${image.registry}/${image.repository}@${image.digest}\` has no provenance by the key`,
    notes: verdictNotes('provenance', attestationTag(image.digest), verdicts.map(words)),
    hint: 'publish the image again, with the private key that belongs to the public one',
  };
}

function words(verdict: AttestationVerdict): string {
  switch (verdict.kind) {
    case 'accepted':
      return 'accepted';
    case 'unreadable':
      return 'signed by the key, and not of a build of this workspace';
    case 'not-of-this-key':
    case 'of-another-image':
    case 'wrong-content':
      return refusalWords(verdict);
  }
}

/** Which documents an SBOM may be: https://spdx.dev, https://cyclonedx.org/specification/overview */
const SBOM_TYPES: readonly (string | undefined)[] = ['application/spdx+json', 'application/vnd.cyclonedx+json'];

/** The documents that a provenance covers, by what is published of them. */
export function documentsOf({ predicate }: Statement): readonly Resource[] {
  return predicate.runDetails.byproducts;
}

/** What is wrong with the documents that refer to an image, `found` by their digests: those of the provenance must be there. */
export function judgeDocuments(statement: Statement, found: ReadonlySet<string>): readonly Diagnostic[] {
  const documents = documentsOf(statement);
  const faults = documents
    .filter(({ digest }) => !found.has(`sha256:${digest?.['sha256'] ?? ''}`))
    .map(({ name = '', mediaType = '' }): Diagnostic => ({
      code: 'attest/no-document',
      message: `\`${name}\`, which the provenance names, is not there, or not as it was signed`,
      notes: [`no referrer of the image of type ${mediaType} has it`],
      hint: 'publish the image again',
    }));
  if (documents.some(({ mediaType }) => SBOM_TYPES.includes(mediaType))) return faults;
  const none: Diagnostic = {
    code: 'attest/no-document',
    message: 'the image has no SBOM: the provenance names none',
    hint: 'publish the image again',
  };
  return [...faults, none];
}

/** Whether a provenance is about an image of this variant. */
export function judgeVariant(
  { registry, repository, digest }: SignedImage,
  { predicate }: Statement,
  variant: string,
): readonly Diagnostic[] {
  const built = predicate.buildDefinition.externalParameters.variant;
  if (built === variant) return [];
  return [
    {
      code: 'attest/other-variant',
      message: `\`${registry}/${repository}@${digest}\` is an image of \`${built}\`, not of \`${variant}\``,
      hint: `has its tag been moved? Otherwise: \`npx nx run ${built}:verify\``,
    },
  ];
}

/** What an image was built on. */
export interface ParentOf {
  readonly reference: string;
  /** Of a variant; upstream images have none. */
  readonly variant?: string;
  readonly imageId: string;
  /** Where a registry has it. */
  readonly published?: { readonly name: string; readonly digest: Digest };
}

/** The parent that a provenance names; undefined in one that has none. Pure. */
export function parentIn(statement: Statement): ParentOf | undefined {
  const configuration = materialOf(statement, 'parent configuration');
  const imageId = configuration?.digest?.['sha256'];
  if (configuration?.name === undefined || imageId === undefined) return undefined;
  const manifest = materialOf(statement, 'parent image');
  const digest = manifest?.digest?.['sha256'];
  const variant = configuration.annotations?.['variant'];
  return {
    reference: configuration.name,
    imageId,
    ...(variant === undefined ? {} : { variant }),
    ...(manifest?.name === undefined || digest === undefined
      ? {}
      : { published: { name: manifest.name, digest: `sha256:${digest}` as Digest } }),
  };
}

function materialOf({ predicate }: Statement, kind: MaterialKind): Resource | undefined {
  return predicate.buildDefinition.resolvedDependencies.find((resource) => kindOfMaterial(resource) === kind);
}
