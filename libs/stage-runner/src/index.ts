export { type BuildKey } from './reuse/key';
export { compareImages } from './changes/images';
export {
  compareLocks,
  compareSections,
  lockPlace,
  readLockAt,
  type BuildChanges,
  type LockPlace,
} from './changes/locks';
export {
  createPlan,
  imageReference,
  ociArchitecture,
  type BuildPlan,
  type BuildSelection,
  type DependencyBuild,
  type PlannedParent,
  type PlanInput,
  type StagePlan,
} from './plan/plan';
export { renderPlan } from './plan/render';
export { readScriptName, type Script, type ScriptName } from './plan/script';
export type { Step } from './plan/step';
export { imageRecordPath, imageRecordSchema, readImageRecord, type ImageRecord } from './record';
export { combineReporters, createFileReporters, createReporter, type ReportTarget } from './report';
export type { BuildEvent, Reporter, StageTiming } from './report/event';
export { startHeartbeat, type Heartbeat } from './report/heartbeat';
export { seconds } from './report/plain';
export { explainBuild, type ExplainRequest, type ImageExplanation } from './run/explain-build';
export { renderExplanation } from './explain/render';
export { type StageExplanation } from './explain/explain';
export { buildImage, type BuildRequest } from './run/build';
export { buildDependencies, writeDependenciesRecord, type BuildDependenciesOptions } from './run/dependencies';
export { resolveLock, type LockRequest } from './run/locked/resolve';
export { findParent } from './run/parent';
export { settleName } from './run/state';
export { collectGarbage, type Collection, type CollectRequest } from './disk/collect';
export { renderCollection } from './disk/render';
export { packageMounts } from './stages/context';
export { createPackageCache, type PackageCache } from './package-cache/package-cache';
export { isSubStage, SUB_STAGE_TITLES, SUB_STAGES, type SubStageName } from './sub-stages';
export { digestDefinitions } from './workspace/digest-definitions';
export { digestInstalled } from './workspace/digest-installed';
export { digestTree } from './workspace/digest-tree';
export { openFileDigests, type FileDigests } from './workspace/file-digests';
export { readFamily, variantsDirectory } from './workspace/read-family';
export { lockPath, readLockFile } from './workspace/read-lock';
export { readOverrides, type OverrideSelection } from './workspace/read-overrides';
export { readPlan, type PlanRequest } from './workspace/read-plan';
export { openRepositoryState, type RepositoryState } from './run/repository-state';
export { containerName, isAbandoned, removeAbandonedContainers } from './run/containers';
export { runAgainAfterFaultOfBuildah } from './run/run-again';
export { OS_RELEASE, osRelease } from './plan/os-release';
export { exportCommand } from './containerfile/command';
export { writeContainerfile, type WrittenExport } from './containerfile/write';
