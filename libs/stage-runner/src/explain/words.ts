import type { CacheHit } from '../cache/cache-lookup';
import type { DepBuilderReason, Reason } from './model';

/** A reason in words, without the place that it comes from. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'cached':
      return reason.resumesAt === undefined ? cachedText(reason.source) : `cached (resumes at ${reason.resumesAt})`;
    case 'rebased':
      return `unaffected by ${reason.parent}: layers rebased${reason.source === 'registry' ? ' (registry)' : ''}`;
    case 'input':
      return [reason.input.noun, reason.input.name, reason.change].filter((word) => word !== '').join(' ');
    case 'code':
      return 'the code that builds images changed';
    case 'repositories':
      return 'the repositories offer other packages';
    case 'dep-builder':
      return `what the dep-builder of ${reason.variant} makes changed`;
    case 'clean':
      return 'clean build requested';
    case 'open-repositories':
      return 'no lock fixes what the repositories offer (`lock` makes one)';
    case 'gone':
      return 'its image is not in the store any more';
    case 'parent-created':
      return `${reason.parent} was made at another time, which files of the image have`;
    case 'conflict':
      return reason.use === 'read'
        ? `reads ${reason.path}, which changed in ${reason.parent}`
        : `changed ${reason.path} itself, which changed in ${reason.parent}`;
    case 'parent-rebuilds':
      return `${reason.parent} rebuilds${reason.because === undefined ? '' : ` (${reasonText(reason.because)})`}`;
    case 'never-built':
      return 'never built';
    case 'resumes':
      return 'resumes after the cached sub-stages';
    case 'after-checkpoint':
      return 'resumes after the cached checkpoint';
    case 'no-result':
      return 'no cached result';
    case 'shares-part':
      return reason.part === 'checkpoint'
        ? `shares ${reason.stage}'s checkpoint`
        : `is cached together with ${reason.stage}`;
    case 'follows':
      return `follows ${reason.stage}`;
    case 'same':
      return 'same reason';
  }
}

/** That something is cached, and whether this machine has built it. */
export function cachedText(source: CacheHit['source'] = 'store'): string {
  return source === 'registry' ? 'cached (registry)' : 'cached';
}

/** The same for a dep-builder. */
export function depBuilderReasonText(reason: DepBuilderReason): string {
  switch (reason.kind) {
    case 'changed':
      return 'its inputs changed';
    case 'open-repositories':
      return 'nothing fixes what the repositories offer it';
    case 'cached':
    case 'never-built':
    case 'parent-rebuilds':
      return reasonText(reason);
  }
}
