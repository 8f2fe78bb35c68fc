import type { Digest } from '@immutablue/oci';
import type { SigningKey } from '../key/signing-key';
import { attach, type Attaching } from '../attached/attach';
import { attachedTag, contentOf, NOTHING_ATTACHED, readManifest, SIGNATURE } from '../attached/manifest';
import { PAYLOAD_TYPE, signatureIn } from './layer';
import { payloadOf, type SignedImage } from './payload';

/** The tag under which hosts look for the signatures of an image, in its own repository. */
export function signatureTag(digest: Digest): string {
  return attachedTag(digest, 'signatures');
}

/**
 * Signs an image in the form that podman, skopeo and bootc read: a payload and the signature over it in a manifest of its own.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 *
 * @param existing the manifest that the registry has under the image's {@link signatureTag}: its signatures stay.
 * @returns undefined when the key has signed it before.
 * @throws {DiagnosticError} `signing/wrong-manifest` when `existing` is something else.
 */
export function signImage(image: SignedImage, key: SigningKey, existing?: Uint8Array): Attaching | undefined {
  const before = existing === undefined ? NOTHING_ATTACHED : readManifest(existing, 'signatures');
  const payload = contentOf(PAYLOAD_TYPE, payloadOf(image));
  const isSigned = before.layers.some((layer) => {
    const signature = layer.digest === payload.digest ? signatureIn(layer) : undefined;
    return signature !== undefined && key.publicKey.verifies(payload.bytes, signature);
  });
  if (isSigned) return undefined;
  const annotations = { [SIGNATURE]: key.sign(payload.bytes).toString('base64') };
  return attach(image.digest, 'signatures', before, payload, annotations);
}
