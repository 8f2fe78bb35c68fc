import type { Digest } from '@immutablue/oci';
import type { SigningKey } from '../key/signing-key';
import {
  attachedTag,
  configOf,
  contentOf,
  manifestOf,
  NOTHING_ATTACHED,
  readManifest,
  type Content,
} from '../attached/manifest';
import { layerOf, PAYLOAD_TYPE, signatureIn } from './layer';
import { payloadOf, type SignedImage } from './payload';

/** The tag under which hosts look for the signatures of an image, in its own repository. */
export function signatureTag(digest: Digest): string {
  return attachedTag(digest, 'signatures');
}

/** What is to be pushed so that an image is signed. */
export type Signing =
  /** The key has signed this image before: nothing is to be pushed. */
  | { readonly kind: 'signed-already' }
  | {
      readonly kind: 'signed';
      readonly tag: string;
      /** To be pushed before the manifest. */
      readonly blobs: readonly Content[];
      readonly manifest: Content;
    };

/**
 * Signs an image in the form that podman, skopeo and bootc read: a payload and the signature over it in a manifest of its own.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 *
 * @param existing the manifest that the registry has under the image's {@link signatureTag}: its signatures stay.
 * @throws {DiagnosticError} `signing/wrong-manifest` when `existing` is something else.
 */
export function signImage(image: SignedImage, key: SigningKey, existing?: Uint8Array): Signing {
  const before = existing === undefined ? NOTHING_ATTACHED : readManifest(existing, 'signatures');
  const payload = contentOf(PAYLOAD_TYPE, payloadOf(image));
  const isSigned = before.layers.some((layer) => {
    const signature = layer.digest === payload.digest ? signatureIn(layer) : undefined;
    return signature !== undefined && key.publicKey.verifies(payload.bytes, signature);
  });
  if (isSigned) return { kind: 'signed-already' };
  const layers = [...before.layers, layerOf(payload, key.sign(payload.bytes))];
  const config = configOf(layers);
  return {
    kind: 'signed',
    tag: signatureTag(image.digest),
    blobs: [payload, config],
    manifest: manifestOf(before, layers, config),
  };
}
