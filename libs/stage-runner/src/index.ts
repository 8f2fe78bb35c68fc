export { type BuildKey } from './reuse/key';
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
export { buildImage, type BuildRequest } from './run/build';
export { buildDependencies, writeDependenciesRecord, type BuildDependenciesOptions } from './run/dependencies';
export { findParent } from './run/parent';
export { noteBuilt, noteImage, settleName, storeStatePath, storeStateSchema, type StoreState } from './run/state';
export { packageMounts } from './stages/context';
export { isSubStage, SUB_STAGE_TITLES, SUB_STAGES, type SubStageName } from './sub-stages';
export { readFamily, variantsDirectory } from './workspace/read-family';
export { readOverrides, type OverrideSelection } from './workspace/read-overrides';
export { readPlan, type PlanRequest } from './workspace/read-plan';
export { repositoryState, type RepositoryState } from './run/repository-state';
export { containerName, isAbandoned, removeAbandonedContainers } from './run/containers';
export { OS_RELEASE, osRelease } from './plan/os-release';
export { exportCommand } from './containerfile/command';
export { writeContainerfile, type WrittenExport } from './containerfile/write';
