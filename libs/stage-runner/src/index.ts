export { compareImages } from './changes/images';
export {
  compareLocks,
  compareSections,
  lockPlace,
  readLockAt,
  type BuildChanges,
  type LockPlace,
} from './changes/locks';
export { imageRecordPath, imageRecordSchema, readImageRecord, type ImageRecord } from './ledger/image-record';
export { combineReporters, createFileReporters, createReporter, type ReportTarget } from './report';
export type { BuildEvent, Reporter, StageTiming } from './report/event';
export { startHeartbeat, type Heartbeat } from './report/heartbeat';
export { seconds } from './report/plain';
export { explainBuild, type ExplainRequest, type ImageExplanation } from './explain/explain-build';
export { renderExplanation } from './explain/render';
export { type StageExplanation } from './explain/explain';
export { buildImage, type BuildRequest } from './run/build';
export { buildDependencies, writeDependenciesRecord, type BuildDependenciesOptions } from './run/dependencies';
export { resolveLock, type LockRequest } from './run/locked/resolve';
export { findParent } from './run/parent';
export { retag } from './ledger/retag';
export { collectGarbage, type Collection, type CollectRequest } from './gc/collect';
export { renderCollection } from './gc/render';
export { createPackageCache, type PackageCache } from './package-cache/package-cache';
export { digestDefinitions } from './workspace/digest-definitions';
export { digestInstalled } from './workspace/digest-installed';
export { digestTree } from './workspace/digest-tree';
export { openFileDigests, type FileDigests } from './workspace/file-digests';
export { readFamily, variantsDirectory } from './workspace/read-family';
export { lockPath, readLockFile } from './workspace/read-lock';
export { readOverrides, type OverrideSelection } from './workspace/read-overrides';
export { readPlan, type PlanRequest } from './workspace/read-plan';
export { openRepositoryState, type RepositoryState } from './cache/repository-state';
export { containerName, isOrphan, removeOrphans } from './run/containers';
export { retryTransientBuildahFailure } from './run/retry-transient';
export { renderPlan } from './report/render-plan';
export { digestFolder } from './workspace/digest-folder';
export { requireSignatures } from './run/require-signatures';
