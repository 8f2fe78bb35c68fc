import { DiagnosticError } from '@immutablue/diagnostics';

declare const brand: unique symbol;

/** `sha256:` and 64 hexadecimal digits: the digest of a manifest or a layer. */
export type Digest = string & { readonly [brand]: 'digest' };

/** 64 hexadecimal digits: an image's configuration digest, as containers-storage names images. */
export type ImageId = string & { readonly [brand]: 'image-id' };

/** The place of an image: registry, repository, and a tag or a digest. */
export interface ImageReference {
  /** Host with optional port, or `localhost` for images that live on this machine only. */
  readonly registry: string;
  /** Path below the registry, without a leading slash. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const IMAGE_ID = /^[0-9a-f]{64}$/;
// The grammar of https://github.com/distribution/reference, with the registry required: a short name could mean any registry.
const REFERENCE =
  /^(?<registry>localhost(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?|[\w-]+(?:\.[\w-]+)+(?::\d+)?|[\w-]+:\d+)\/(?<repository>[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** @throws {DiagnosticError} `oci/unexpected-output` when `text` is not a digest. */
export function toDigest(text: string): Digest {
  if (!DIGEST.test(text)) throw unexpected('digest', text);
  return text as Digest;
}

/** Accepts the ID with or without `sha256:` in front. @throws {DiagnosticError} `oci/unexpected-output` otherwise. */
export function toImageId(text: string): ImageId {
  const id = text.replace(/^sha256:/, '');
  if (!IMAGE_ID.test(id)) throw unexpected('image ID', text);
  return id as ImageId;
}

/** The parts of a full reference, or undefined when `text` is none. Short names (`fedora:44`) are none. */
export function parseReference(text: string): ImageReference | undefined {
  const groups = REFERENCE.exec(text)?.groups;
  if (groups?.registry === undefined || groups.repository === undefined) return undefined;
  return {
    registry: groups.registry,
    repository: groups.repository,
    ...(groups.tag === undefined ? {} : { tag: groups.tag }),
    ...(groups.digest === undefined ? {} : { digest: groups.digest as Digest }),
  };
}

/** The reference as text: `registry/repository[:tag][@digest]`. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** Whether the image lives on this machine alone: by convention such names begin with `localhost/` and are never pulled. */
export function isLocal(reference: ImageReference): boolean {
  return reference.registry === 'localhost';
}

/** Whether a registry can only be reached from this machine: 127.0.0.0/8, ::1 or `localhost`, with or without a port. */
export function isLoopback(registry: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(registry);
}

/** How much a message repeats of what was found. */
const SHOWN_CHARACTERS = 80;

function unexpected(what: string, text: string): DiagnosticError {
  const found = text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
  return new DiagnosticError({ code: 'oci/unexpected-output', message: `expected a ${what}, found \`${found}\`` });
}
