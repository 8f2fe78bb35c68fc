export { findParent } from './cache/parent';
export { compareImages } from './changes/images';
export {
  compareLocks,
  compareSections,
  lockPlace,
  readLockAt,
  type BuildChanges,
  type LockPlace,
} from './changes/locks';
export { explainBuild, type ExplainRequest } from './explain/explain-build';
export {
  originOf,
  type DepBuilderExplanation,
  type ImageExplanation,
  type Reason,
  type StageExplanation,
} from './explain/model';
export { renderDepBuilder, renderExplanation } from './explain/render';
export { depBuilderReasonText, reasonText } from './explain/words';
export { collectGarbage, type Collection, type CollectRequest } from './gc/collect';
export { renderCollection } from './gc/render';
export { openLedger, type Ledger } from './ledger/ledger';
export {
  depBuildersRecordPath,
  imageRecordPath,
  imageRecordSchema,
  readDepBuildersRecord,
  readImageRecord,
  writeDepBuildersRecord,
  type ImageRecord,
} from './ledger/task-records';
export { createPackageCache, type PackageCache } from './package-cache/package-cache';
export { combineReporters, createFileReporters, createReporter, type ReportTarget } from './report';
export type { BuildEvent, Reporter, StageTiming } from './report/event';
export { renderPlan } from './report/render-plan';
export { buildImage } from './run/build';
export { containerName, isOrphan, removeOrphans } from './run/containers';
export { buildDepBuilders, type BuildDepBuildersRequest } from './run/dep-builders';
export { resolveLock, type LockRequest } from './run/locked/resolve';
export type { BuildRequest } from './run/request';
export { retryTransientBuildahFailure } from './run/retry-transient';
export { checkReads, type CheckedHeader, type ReadsRequest } from './trace/check-reads';
export { codeDigest } from './workspace/code-digest';
export { readFamily, variantsDirectory } from './workspace/read-family';
export { lockPath, readLockFile } from './workspace/read-lock';
export { readOverrides, type OverrideSelection } from './workspace/read-overrides';
export { readPlan, type PlanRequest } from './workspace/read-plan';
export { familyDigest } from './workspace/family-digest';
