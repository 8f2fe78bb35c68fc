export { commitContainer, createContainer, labelContainer, mountContainer, tagImage } from './buildah';
export {
  buildArgv,
  commitArgv,
  copyFromImageArgv,
  fromArgv,
  labelArgv,
  pullArgv,
  runArgv,
  tagArgv,
  type BindMount,
  type RunInContainer,
} from './buildah-argv';
export { cacheDirectory } from './cache-directory';
export { namesIn, readIfThere, writeAtomically, writeCache } from './files';
export { writeImageLayout, type LayerBlob } from './layers/image-layout';
export { isRemovedBy, toLayer, type Layer, type Whiteout } from './layers/layer';
export { readLayers } from './layers/read-layers';
export { readImages, readStore, type ImageStore, type LayerId, type StoredImage } from './store/read-store';
export { assembleImage } from './layers/assemble-image';
export { type TarEntry } from './layers/tar-header';
export { findImage, requireImage, type ImageDetails } from './store/find-image';
export { imagesIfAny } from './store/images-if-any';
export { listContainers } from './store/list-containers';
export { findProgram } from './find-program';
export { followLines } from './follow-lines';
export { checkTool, requireArchitecture, requireBuildHost, type OciArchitecture } from './host';
export { isTransientBuildahFailure } from './transient-failure';
export { takeLock, takeLocks, type Lock, type WantedLock } from './lock';
export {
  CommandError,
  runCommand,
  runInteractive,
  tryCommand,
  type Argv,
  type CommandOptions,
  type CommandResult,
} from './process';
export {
  formatReference,
  isLocal,
  isLoopback,
  parseReference,
  toDigest,
  toImageId,
  type Digest,
  type ImageId,
  type ImageReference,
} from './reference';
export { removeContainer } from './remove-container';
export { imagesOfContainers, removeImage } from './remove-image';
export { renderArgv, shellWord } from './shell';
export { runInContainer, tryInContainer } from './run-in-container';
export { stateDirectory } from './state-directory';
export { storeLock } from './store-lock';
export { pushImage } from './skopeo';
export { currentUser, type HostUser } from './user';
export { needsUserNamespace, storageUserId, unshareArgv } from './user-namespace';
export { BOOT_TOOLS, type ToolRequirement } from './tools';
