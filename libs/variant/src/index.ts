export { FOLDER_PARTS, isSeenByScripts } from './variant-folder';
export { byteSizeSchema, type Bytes } from './byte-size';
export { checkedValue, type Checked } from './checked';
export { createFamily } from './family/create';
export { lineageOf, upstreamReference, type Family, type Variant } from './family/family';
export { parseFamily, type VariantFile } from './family/parse';
export { comparePackages, renderChanges, shownVersions, type PackageChange } from './lock-file/changes';
export { checkFit, lockCommand, selectionArguments } from './lock-file/fit';
export {
  byName,
  lockSection,
  nevra,
  packagesOf,
  withSection,
  type LockedList,
  type LockedPackage,
  type LockedTransaction,
  type LockSection,
  type LockSelection,
  type PackageLock,
  type PackageVersion,
} from './lock-file/lock';
export { parseLock } from './lock-file/parse';
export { renderLock } from './lock-file/render';
export { type Checksum } from './lock-file/schema';
export {
  isBuildOption,
  isRelease,
  isVariantName,
  RESERVED_OPTIONS,
  secretNameSchema,
  type BuildOption,
  type Release,
  type VariantName,
} from './names';
export { allNames, type AllNames } from './packages-file/all-names';
export {
  SERVICE_SCOPES,
  type Download,
  type Entry,
  type PackagesDefinition,
  type Repository,
  type ResolvedPackages,
  type ScriptletPolicy,
  type ServiceAction,
  type Services,
  type ServiceScope,
} from './packages-file/packages';
export { parsePackages } from './packages-file/parse';
export { resolveFiles } from './packages-file/resolve-files';
export { ARCHITECTURES, architectureOf, ociArchitecture, PLATFORMS, platformOf, type Architecture } from './platform';
export { checkImageName } from './image-name';
export { FILE_NAME_LENGTH, LINE_LENGTH, PATH_LENGTH, patternedString } from './schema/patterned-string';
export {
  encodeAddress,
  LAB_BASE_URL,
  LAB_KEY_PATH,
  LAB_MOUNT,
  labDownload,
  UPSTREAM_PROFILES,
  upstreamProfile,
  type UpstreamProfileName,
} from './upstream';
export { type AllowedFinding, type Permission, type VariantDefinition } from './variant-file/definition';
export { checkPackageDependencies, type PackageFile } from './family/package-dependencies';
export { readPackageName } from './variant-file/package-name';
export { parseVariant } from './variant-file/parse';
export { otherPlace } from './other-place';
export { imageSettingsSchema, type ImageSettings } from './image-settings';
export { quoted } from './quoted';
export { canonicalYaml } from './yaml/canonical';
export { yamlContent } from './yaml/content';
export { checkNode, inFileOrder } from './yaml/issues';
export { readYaml } from './yaml/read-yaml';
export { checkRepetitions } from './yaml/repetitions';
export { locationAt, type SourceNode } from './yaml/source-node';
export { type Located } from './variant-file/definition';
