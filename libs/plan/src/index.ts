export {
  CREATED_ARGUMENT,
  SCRIPTS_MOUNT,
  type Action,
  type CleanedPaths,
  type LinesAction,
} from './containerfile/action';
export { digestOfMounts, type ContextFile, type ContextMount } from './containerfile/context-file';
export { OVERRIDES_FOLDER } from './containerfile/override-list';
export { checkPlaces, refusedDownload, vitalRemoval } from './check-places';
export { checkRepositorySecrets, credentialsOf, repositoryFile, unknownSecret, type Credential } from './credentials';
export { createPlan } from './create-plan';
export { folderDigest } from './folder';
export { type Origin } from './inputs';
export { type Input } from './keys/inputs';
export { depBuilderKey, keysOf, type BuildKey, type DepBuilderImages, type KeyedPrefix, type Keys } from './keys/key';
export { asksRepositories, partsIn, partsOf, type Part, type Parts } from './keys/part';
export { prefixEndingBefore } from './keys/prefix';
export { type BuildPlan, type BuildSelection, type DepBuilder, type PlanInput, type StagePlan } from './model';
export {
  DOWNLOADS_MOUNT,
  labRepository,
  lockedRpms,
  mountsOf,
  PACKAGE_CACHE,
  PACKAGE_MANAGERS,
  SECRETS_MOUNT,
  type BindMount,
  type HostFolders,
  type PackageManager,
  type Seen,
} from './mounts';
export { OS_RELEASE, osRelease } from './os-release';
export { PACKAGE_READS, REPOSITORY_READS } from './package-reads';
export { ancestorsOf, isAtOrBelow, NOTHING, trees, union, type Reads } from './reads';
export { imageNameWithRegistry, imageReference } from './references';
export { repositoryDigest, type RepositoryState } from './repositories';
export { COMMON_SCRIPT, readScriptName, scriptPath, type PlannedScript, type PlannedSecret } from './script';
export { sha256 } from './sha256';
export {
  asksForSignature,
  checkSignaturePlaces,
  POLICY,
  publicKeyPath,
  registriesFile,
  registriesPath,
  withSignedRegistry,
} from './signature-policy';
export { curl, CURL_CONFIG, dnf, dnfTrial } from './steps/programs';
export { BUILT_RPMS, lockedRpmName, lockedRpmPath, type InstallStep } from './steps/install';
export { type PrintedLine, type Shown } from './steps/kind';
export { type PinnedFile } from './steps/pinned-file';
export { quadletList } from './steps/quadlets';
export { kindOf, type Step } from './steps/registry';
export { requireSignatures } from './steps/require-signatures';
export { secretsOf } from './steps/repository-secrets';
export { type LockedInstallation, type StepCommand, type StepRuntime } from './steps/runtime';
export { COMMON_MOUNT, CONTEXT_MOUNT, type ScriptStep } from './steps/script';
export { stageTitle } from './sub-stages';
export { findUnit, type UnitTree } from './units/find-unit';
export { canBeEnabled, ENABLEABLE_HINT, installLine, notEnableable } from './units/install-section';
