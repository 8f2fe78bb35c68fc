export { parsePublicKey, type PublicKey } from './key/public-key';
export { KEY_VARIABLE, PASSWORD_VARIABLE, readSigningKey } from './key/read-signing-key';
export { generateKeyPair, openSigningKey, type KeyPair, type SigningKey } from './key/signing-key';
export {
  attachedTag,
  configOf,
  contentOf,
  manifestOf,
  MANIFEST_TYPE,
  NOTHING_ATTACHED,
  readManifest,
  SIGNATURE,
  type AttachedLayer,
  type Content,
} from './attached/manifest';
export { type SignedImage } from './simple-signing/payload';
export { signatureTag, signImage, type Signing } from './simple-signing/sign';
export { judgeSignatures, payloadDigests, requireSigned, type SignatureVerdict } from './simple-signing/verify';
