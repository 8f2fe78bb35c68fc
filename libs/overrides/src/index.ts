export { applyOverrides, type AppliedOverride } from './apply/apply';
export { type DifferenceKind } from './apply/difference';
export { verifyOverrides, type Difference } from './apply/verify';
export { checkManifest } from './check/check';
export { effectiveOverrides, type EffectiveResult } from './effective/effective';
export { listOverrides, renderOverrideList, type OverrideListItem } from './effective/list';
export { applyPermissions } from './effective/permissions';
export { type TreeName } from './effective/tree-name';
export {
  type DirectoryEntry,
  type EffectiveEntry,
  type FileEntry,
  type Manifest,
  type ManifestEntry,
  type OverridePermission,
  type OverrideTree,
  type Sha256,
  type SymlinkEntry,
} from './entry';
export { type RootPath } from './path';
export { openRoot } from './root/open-root';
export {
  type Attributes,
  type DirectoryResult,
  type LastPart,
  type NodeType,
  type RemoveResult,
  type ResolvedPath,
  type RootFilesystem,
  type RootNode,
  type RootOptions,
  type RootStat,
  type WriteResult,
} from './root/root-filesystem';
export { readFolder, type FolderContent, type FolderEntry, type FolderToRead } from './tree/folder';
export { scanTree, type ScanResult } from './tree/scan';
export { findTrees, selectTrees, type TreeSelection } from './tree/trees';
