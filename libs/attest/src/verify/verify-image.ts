import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { formatReference, parseReference, type ImageReference } from '@immutablue/oci';
import type { Registry } from '@immutablue/registry';
import { judgeSignatures, requireSigned, type PublicKey } from '@immutablue/signing';
import type { Architecture } from '@immutablue/variant';
import type { Statement } from '../provenance/statement';
import {
  acceptedStatement,
  documentsOf,
  judgeAttestations,
  judgeDocuments,
  judgeVariant,
  notAttested,
  parentIn,
  type ParentOf,
} from './judge';
import { pullAttestations, pullDocuments, pullImage, pullSignatures, type PulledImage } from './pull';

export interface VerifyRequest {
  /** Of the image's registry. */
  readonly registry: Registry;
  readonly reference: ImageReference;
  /** Whose image it has to be: with all variants in one repository, a tag could be moved to another's. */
  readonly variant: string;
  readonly key: PublicKey;
  /** Of an index, which image is meant. */
  readonly architecture: Architecture;
  readonly signal: AbortSignal;
}

/** One image, and those that it stands on. */
export interface Verification {
  readonly image: PulledImage;
  readonly signature: 'proven' | 'failed';
  /** The provenance that the key has signed. */
  readonly statement?: Statement;
  /** Whether all the documents that the provenance names are there. */
  readonly documents: 'proven' | 'failed';
  /** The image that it stands on, where that is a variant's and in the same registry. */
  readonly parent?: Verification;
  /** What is not proven, of this image and of its parents. */
  readonly faults: readonly Diagnostic[];
}

/**
 * Checks a published image with nothing but a public key: its signature, as hosts do; its provenance; that the documents which the
 * provenance names are there; and the same of the variants that it stands on.
 *
 * @returns what is proven, and in `faults` what is not.
 * @throws {DiagnosticError} `registry/…` when the image is not there, or the registry cannot be asked.
 */
export async function verifyImage(request: VerifyRequest): Promise<Verification> {
  const { registry, reference, architecture, signal } = request;
  return verifyPulled(
    request,
    await pullImage(registry.repository(reference.repository), nameIn(reference), architecture, signal),
  );
}

async function verifyPulled(request: VerifyRequest, image: PulledImage): Promise<Verification> {
  const { registry, key, signal } = request;
  const repository = registry.repository(image.repository);
  const faults: Diagnostic[] = [];

  const signatures = await faultsInto(faults, () => pullSignatures(repository, image.digest, signal));
  const verdicts = signatures === undefined ? [] : judgeSignatures(image, key, signatures.manifest, signatures.blobs);
  const signature =
    (await faultsInto(faults, () => {
      requireSigned(image, verdicts);
      return 'proven' as const;
    })) ?? 'failed';

  const attestations = await faultsInto(faults, () => pullAttestations(repository, image.digest, signal));
  const attested = judgeAttestations(image, key, attestations);
  const statement = acceptedStatement(attested);
  if (statement === undefined) {
    faults.push(notAttested(image, attested));
    return { image, signature, documents: 'failed', faults };
  }
  faults.push(...judgeVariant(image, statement, request.variant));
  const types = new Set(documentsOf(statement).flatMap(({ mediaType }) => mediaType ?? []));
  const missing = judgeDocuments(statement, await pullDocuments(repository, image.digest, types, signal));
  faults.push(...missing);
  const parent = await verifyParent(request, image, statement, faults);
  return {
    image,
    signature,
    statement,
    documents: missing.length === 0 ? 'proven' : 'failed',
    ...(parent === undefined ? {} : { parent }),
    faults: [...faults, ...(parent?.faults ?? [])],
  };
}

/** A damaged manifest of signatures is a fault of the image like a missing one; what concerns the registry is none. */
async function faultsInto<T>(faults: Diagnostic[], work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const isOfImage = error instanceof DiagnosticError && error.diagnostics[0].code.startsWith('signing/');
    if (!isOfImage) throw error;
    faults.push(...error.diagnostics);
    return undefined;
  }
}

function nameIn({ digest, tag }: ImageReference): string {
  return digest ?? tag ?? 'latest';
}

/** Upstream images are others' work, by their own digest: the chain ends there. */
async function verifyParent(
  request: VerifyRequest,
  image: PulledImage,
  statement: Statement,
  faults: Diagnostic[],
): Promise<Verification | undefined> {
  const parent = parentIn(statement);
  if (parent === undefined) {
    faults.push(notProven('the provenance does not say what the image stands on', request.variant));
    return undefined;
  }
  if (parent.variant === undefined) return undefined;
  const pulled = await pullParent(request, parent, parent.variant, faults);
  if (pulled === undefined) return undefined;
  const isBelow = pulled.layers.every((layer, index) => image.layers[index] === layer);
  if (pulled.imageId !== parent.imageId || !isBelow) {
    const name = `${pulled.registry}/${pulled.repository}@${pulled.digest}`;
    faults.push(notProven(`the image does not stand on \`${name}\`, as its provenance says`, parent.variant));
    return undefined;
  }
  return verifyPulled({ ...request, variant: parent.variant }, pulled);
}

async function pullParent(
  request: VerifyRequest,
  { published, reference }: ParentOf,
  variant: string,
  faults: Diagnostic[],
): Promise<PulledImage | undefined> {
  const { registry, signal, architecture } = request;
  const place = published && parseReference(`${published.name}@${published.digest}`);
  if (place === undefined) {
    faults.push(notProven(`of its parent, \`${reference}\`, no published image is named`, variant));
    return undefined;
  }
  if (place.registry !== registry.host) {
    faults.push(notProven(`its parent is in another registry: \`${formatReference(place)}\``, variant));
    return undefined;
  }
  try {
    return await pullImage(registry.repository(place.repository), nameIn(place), architecture, signal);
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostics[0].code !== 'registry/not-found') throw error;
    faults.push(notProven(`its parent is not there: \`${formatReference(place)}\``, variant));
    return undefined;
  }
}

function notProven(message: string, variant: string): Diagnostic {
  return {
    code: 'attest/parent-not-proven',
    message,
    hint: `publish \`${variant}\` first, then the variants that stand on it`,
  };
}
