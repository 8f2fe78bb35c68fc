export { findDepBuilderImages } from './cache/dep-builder-images';
export { identityOf, indexLayer, type IndexedLayer } from './cache/layer-stack';
export {
  findDeferred,
  findDeferredUpstream,
  findKnownImage,
  isDeferred,
  requireLastBuild,
  type ImagePlace,
} from './cache/deferred';
export { requireFetched } from './cache/fetch-deferred';
export { findKnownParent, findParent } from './cache/parent';
export type { Claim, ClaimRequest, Remote, RemoteCache, RemoteEntry } from './cache/remote-cache';
export { tryChangesBetween } from './cache/parent-changes';
export {
  compareLocks,
  compareSections,
  lockPlace,
  readLockAt,
  type BuildChanges,
  type LockPlace,
} from './changes/locks';
export { explainBuild } from './explain/explain-build';
export { originOf, type ImageExplanation } from './explain/model';
export { renderDepBuilder, renderExplanation } from './explain/render';
export { depBuilderReasonText, reasonText } from './explain/words';
export { collectGarbage } from './gc/collect';
export { renderCollection } from './gc/render';
export { resultSchema, type Result } from './ledger/entry';
export { openLedger, type Ledger } from './ledger/ledger';
export {
  depBuildersRecordPath,
  imageRecordPath,
  readDepBuilderImages,
  readImageRecord,
  writeDepBuildersRecord,
  type ImageRecord,
} from './ledger/task-records';
export { checkOnline, type OnlineAnswer, type OnlineRequest } from './online/check-online';
export { readOnlineInputs } from './online/read-inputs';
export { createPackageCache } from './package-cache/package-cache';
export { createReporter, withTimings } from './report';
export { IMAGES_REMOVED, METADATA_WRITTEN, waitFor, type BuildEvent } from './report/event';
export { placeText } from './report/lines';
export { renderPlan } from './report/render-plan';
export { buildImage } from './run/build';
export { rebuildImage, type RebuildRequest } from './run/rebuild';
export { buildDepBuilders } from './run/dep-builders';
export { installedPackages, queryInstalled } from './run/locked/query';
export { resolveLock } from './run/locked/resolve';
export { retryTransientBuildahFailure } from './run/retry-transient';
export { withSecrets, type OpenSecrets } from './secrets/open-secrets';
export { secretSources, type SecretSources } from './secrets/sources';
export { checkReads, type CheckedHeader } from './trace/check-reads';
export { codeDigest } from './workspace/code-digest';
export { readFamily, variantsDirectory } from './workspace/read-family';
export { lockPath, readLockFile } from './workspace/read-lock';
export { readPlan, readPublicKey, type PlanRequest } from './workspace/read-plan';
export { familyDigest } from './workspace/family-digest';
export { readSources, type Sources } from './workspace/sources';
