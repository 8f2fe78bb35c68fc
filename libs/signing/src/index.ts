export { parsePublicKey, type PublicKey } from './key/public-key';
export { KEY_VARIABLE, PASSWORD_VARIABLE, readSigningKey } from './key/read-signing-key';
export { generateKeyPair, openSigningKey, type KeyPair, type SigningKey } from './key/signing-key';
export { attach, type Attaching } from './attached/attach';
export {
  attachedTag,
  contentOf,
  MANIFEST_TYPE,
  NOTHING_ATTACHED,
  readManifest,
  SIGNATURE,
  type Content,
} from './attached/manifest';
export { refusalWords, verdictNotes, type Refusal } from './attached/verdict';
export { type SignedImage } from './simple-signing/payload';
export { signatureTag, signImage } from './simple-signing/sign';
export { judgeSignatures, payloadDigests, requireSigned, type SignatureVerdict } from './simple-signing/verify';
