import { SIGNATURE, type AttachedLayer } from '../attached/manifest';

export const PAYLOAD_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** The signature that a layer carries; undefined for one that is no payload, or not signed. */
export function signatureIn({ mediaType, annotations }: AttachedLayer): Buffer | undefined {
  const text = annotations?.[SIGNATURE];
  return mediaType === PAYLOAD_TYPE && text !== undefined ? Buffer.from(text, 'base64') : undefined;
}
