export {
  commitContainer,
  createContainer,
  findImage,
  imageSize,
  mountContainer,
  requireImage,
  tagImage,
  type ImageDetails,
} from './buildah';
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
  type BuildContainerfile,
  type RunInContainer,
} from './buildah-argv';
export { listContainers, type WorkingContainer } from './list-containers';
export { cacheDirectory } from './cache-directory';
export { namesIn, readIfThere, writeAtomically } from './files';
export { isRemovedBy, toLayer, type Layer, type Whiteout } from './layers/layer';
export { layerSizes, readLayers } from './layers/read-layers';
export {
  readImages,
  readStore,
  type ImageStore,
  type LayerId,
  type StoredImage,
  type StoredLayer,
} from './layers/read-store';
export { createImageReader } from './layers/image-reader';
export { stackLayers, type StackedLayers } from './layers/stack-layers';
export { type TarEntry } from './layers/tar-header';
export { findProgram } from './find-program';
export { followLines, type Follower } from './follow-lines';
export {
  checkTool,
  currentUser,
  requireArchitecture,
  requireBuildHost,
  type HostUser,
  type OciArchitecture,
} from './host';
export { isFaultOfBuildah } from './fault-of-buildah';
export { takeLock, type Lock, type LockOptions } from './lock';
export {
  CommandError,
  renderArgv,
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
export { imagesOfContainers, removeImage, type RemovedImage } from './remove-image';
export { runInContainer, tryInContainer } from './run-in-container';
export { stateDirectory } from './state-directory';
export { takeStore } from './store-lock';
export { pushArgv, pushImage } from './skopeo';
export { needsUserNamespace, storageUserId, unshareArgv } from './user-namespace';
export { BOOT_TOOLS, BUILD_TOOLS, type ToolRequirement } from './tools';
