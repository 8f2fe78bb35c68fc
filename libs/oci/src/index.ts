export { findOrphans, removeMarkedContainers, removeOrphans } from './buildah/orphans';
export { isOrphan, ownedName } from './process/owned-name';
export { fetchedImageLock, withFetchedImage } from './buildah/fetched-image';
export { fileCapabilities } from './files/file-capabilities';
export { extendedAttributes } from './files/extended-attributes';
export { withWorkingFolder } from './files/working-folder';
export { commitContainer, createContainer, mountContainer, tagImage } from './buildah/buildah';
export {
  buildArgv,
  commitArgv,
  copyFromImageArgv,
  fromArgv,
  pullArgv,
  runArgv,
  tagArgv,
  type BindMount,
  type RunInContainer,
} from './buildah/buildah-argv';
export { isNoise } from './buildah/noise';
export { removeContainer } from './buildah/remove-container';
export { runInContainer, tryInContainer } from './buildah/run-in-container';
export { withContainer } from './buildah/with-container';
export { tryInProcessNamespace } from './process/process-namespace';
export { isTransientBuildahFailure } from './buildah/transient-failure';
export { cacheDirectory, stateDirectory } from './files/directories';
export { parseJson } from './files/parse-json';
export {
  entriesIn,
  foldersIn,
  namesIn,
  statIfThere,
  unlessMissing,
  whileWriting,
  writeAtomically,
} from './files/files';
export { readBytes, readFirstLine, readIfThere, readText } from './files/read-text';
export { imageLock, storeLock, takeLock, takeLocks, type Lock, type WantedLock } from './files/lock';
export { checkTool, requireArchitecture, requireBuildHost } from './host/host';
export { BOOT_TOOLS, BUILD_TOOLS, ROOTLESS_TOOLS, TRACE_TOOL, type ToolRequirement } from './host/tools';
export { currentUser, type HostUser } from './host/user';
export { needsUserNamespace, storageUserId, unshareArgv } from './host/user-namespace';
export { assembleImage, composeImage, readImageParts, storeImage } from './layers/assemble-image';
export {
  parseImageContent,
  readImageContent,
  restoreImage,
  type ImageContent,
  type LayerFile,
} from './layers/image-content';
export { openLayerArchive } from './layers/layer-archive';
export { COMPRESSIONS, layerMediaType, packLayer, type Compression, type PackedLayer } from './layers/pack-layer';
export { writeImageLayout, type LayerBlob } from './layers/image-layout';
export { isRemovedBy, toLayer, type Layer, type Whiteout } from './layers/layer';
export { hasListing, layerSizes, parseListing, readLayers, readListing } from './layers/read-layers';
export { type TarEntry } from './layers/tar-header';
export { findProgram } from './process/find-program';
export { followLines } from './process/follow-lines';
export {
  CommandError,
  runCommand,
  runInteractive,
  tryCommand,
  type Argv,
  type CommandOptions,
  type CommandResult,
} from './process/process';
export { readConfigBytes } from './store/image-config';
export { runWrapped } from './process/run-wrapped';
export { detailsOf, findImage, requireImage, type ImageDetails } from './store/find-image';
export { listContainers } from './store/list-containers';
export {
  imagesIfAny,
  readImages,
  readStore,
  type ImageStore,
  type LayerId,
  type StoredImage,
} from './store/read-store';
export { imagesOfContainers, removeImage } from './store/remove-image';
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
