import { SIGNATURE, type AttachedLayer, type Content } from '../attached/manifest';

export const PAYLOAD_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** The signature that a layer carries; undefined for one that is no payload, or not signed. */
export function signatureIn({ mediaType, annotations }: AttachedLayer): Buffer | undefined {
  const text = annotations?.[SIGNATURE];
  return mediaType === PAYLOAD_TYPE && text !== undefined ? Buffer.from(text, 'base64') : undefined;
}

/** The layer of a payload with the signature over it. */
export function layerOf(payload: Content, signature: Buffer): AttachedLayer {
  return {
    mediaType: payload.mediaType,
    size: payload.bytes.length,
    digest: payload.digest,
    annotations: { [SIGNATURE]: signature.toString('base64') },
  };
}
