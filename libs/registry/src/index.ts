export { findOwnCredentials } from './auth/auth-file';
export { authFileText, type Credentials, type FindCredentials } from './auth/credentials';
export { hasBlob } from './blobs/find-blob';
export { readBlob, type ReadBlobOptions } from './blobs/read-blob';
export { sourceOfBytes, sourceOfFile, type BlobSource } from './blobs/source';
export { uploadBlob, type UploadOptions, type UploadOutcome } from './blobs/upload-blob';
export { descriptorSchema, digestSchema, type Descriptor } from './descriptor';
export { certificateFolders } from './http/certificates';
export { type Patience } from './http/patience';
export { type Trust } from './http/transport';
export { blobsOf, findPublished, nameOf, type PublishedImage } from './images/published-image';
export { withPublished, type FetchOptions } from './images/with-published';
export {
  deleteManifest,
  findDigest,
  findManifest,
  IMAGE_INDEX,
  IMAGE_MANIFEST,
  putManifest,
  toManifest,
  type Manifest,
} from './manifests';
export { openRegistry, type Registry, type RegistryOptions, type Repository } from './open-registry';
export { listReferrers, putReferrer } from './referrers';
export { listTags } from './tags';
