import { DiagnosticError, isSystemError, type DiagnosticCode } from '@immutablue/diagnostics';

/** What is done with a repository, each of which can be given up on its own. */
export type Use = 'read' | 'written' | 'claimed';

/** Does something for which a build does not fail. */
export type Guard = <T>(use: Use, what: string, work: () => Promise<T>) => Promise<T | undefined>;

export interface GuardOptions {
  /** Something that a person should know: an entry that is not used, and why. */
  readonly notice: (message: string) => void;
  /** Something that went wrong. */
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Of one entry, or of one question: others may do. */
const OF_ENTRY: readonly DiagnosticCode[] = [
  'cache/refused-entry',
  'signing/wrong-manifest',
  'registry/digest-mismatch',
  'registry/not-found',
];

/** After these there is no use in asking again. */
const AWAY: readonly DiagnosticCode[] = ['registry/unreachable', 'registry/not-trusted'];

/** Gives undefined for what goes wrong, and says it: once, where all that follows would go wrong too. */
export function createGuard({ notice, warn, signal }: GuardOptions): Guard {
  const off = new Set<Use>();
  const noticed = new Set<string>();
  const noticeOnce = (message: string) => {
    if (!noticed.has(message)) notice(message);
    noticed.add(message);
  };
  return async (use, what, work) => {
    if (off.has(use)) return undefined;
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw interrupted(error);
      const code = error instanceof DiagnosticError ? error.diagnostics[0].code : undefined;
      const isOfRegistry = code?.startsWith('registry/') === true || code === 'signing/wrong-manifest';
      if (code !== undefined && OF_ENTRY.includes(code)) {
        noticeOnce(`${what} is not used: ${messageOf(error)}`);
      } else if (isOfRegistry || (use !== 'read' && (code !== undefined || isSystemError(error)))) {
        off.add(use);
        if (code !== undefined && AWAY.includes(code)) off.add('read').add('written').add('claimed');
        if (use === 'claimed') noticeOnce(`other machines may build the same: ${messageOf(error)}`);
        else warn(`the cache in the registry is not ${use}: ${messageOf(error)}`);
      } else {
        throw error;
      }
      return undefined;
    }
  };
}

/** What streams say that are stopped is not for people. */
function interrupted(cause: unknown): unknown {
  if (cause instanceof DiagnosticError) return cause;
  const message = 'interrupted while the registry was asked for what other machines have built';
  return new DiagnosticError({ code: 'build/interrupted', message }, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
