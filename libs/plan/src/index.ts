export { count } from './count';
export { type Input, type Origin } from './keys/inputs';
export { type BuildKey, keyOf, type Part, partKey, type Parts, partsIn, partsOf, usesRepositories } from './keys/key';
export { type StagePrefix, prefixesOf, prefixEndingBefore } from './keys/prefix';
export {
  type BuildPlan,
  type BuildSelection,
  createPlan,
  type DependencyBuild,
  imageReference,
  type PlanInput,
  type PlannedParent,
  type StagePlan,
} from './model';
export { type BindMount, PACKAGE_CACHE, PACKAGE_CACHE_MOUNTS, PACKAGE_MANAGERS, type PackageManager } from './mounts';
export { OS_RELEASE, osRelease } from './os-release';
export { PACKAGE_READS } from './package-reads';
export { ancestorsOf, isAtOrBelow, NOTHING, type Reads, trees, union } from './reads';
export { readScriptName, type Script, type ScriptName } from './script';
export { sha256 } from './sha256';
export { withoutComments } from './shell-text';
export { BUILT_RPMS, COMMON_MOUNT, CONTEXT_MOUNT, dnf, labRepository, packageMounts } from './stages/context';
export { rpmStore, storedName, storedPath } from './stages/locked';
export {
  type ApplyOverridesStep,
  type CheckpointStep,
  type CheckRootStep,
  type CleanStep,
  type CommitStep,
  type CopyDependenciesStep,
  type DownloadStep,
  type EnableQuadletsStep,
  type Installs,
  type LockedInstall,
  type PinnedFile,
  type RemovePathsStep,
  type RequireSignaturesStep,
  type RunStep,
  type ScriptStep,
  startsProgram,
  type Step,
  type TransactionStep,
  type WriteOsReleaseStep,
} from './step';
export { isSubStage, SUB_STAGE_TITLES, SUB_STAGES, type SubStageName } from './sub-stages';
export { COMMON_SCRIPT } from './stages/script';
