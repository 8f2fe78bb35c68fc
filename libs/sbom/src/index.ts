export {
  type DepBuilderSource,
  type ImageContents,
  type ImageSubject,
  type InstalledPackage,
  type LockEntry,
  type OverrideFile,
  type PackageOrigin,
  type PinnedDownload,
} from './contents';
export { cyclonedxDocument, CYCLONEDX_MEDIA_TYPE } from './cyclonedx';
export { readContents, type ContentsRequest } from './read-contents';
export { spdxDocument, SPDX_MEDIA_TYPE } from './spdx';
