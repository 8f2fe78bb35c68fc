import { quoteNames, type Diagnostic } from '@immutablue/diagnostics';
import type { BuildPlan } from '@immutablue/plan';
import type { Entry, ResolvedPackages } from '@immutablue/variant';
import type { RunContext } from '../run/context';
import type { Doubt } from './faults';
import { resolveNames, type Resolution } from './names';

/** How many are there, of all that were asked for. */
export interface Found {
  readonly there: number;
  readonly of: number;
}

/** What is looked for, and what is known of where. */
export interface LookUp {
  readonly packages: Pick<ResolvedPackages, 'rpm' | 'rpmRemove'>;
  /** The plans of the variants that the variant stands on. */
  readonly lineage: readonly Pick<BuildPlan, 'depBuilders'>[];
  /** Repositories that cannot be read. */
  readonly without: readonly string[];
  /** RPMs that dep-builders made. */
  readonly built: readonly string[];
  readonly doubts: readonly Doubt[];
}

/** Looks for packages that are installed and removed. */
export async function lookUp(context: RunContext, { packages, lineage, without, built, doubts }: LookUp) {
  const { rpm, rpmRemove } = packages;
  const installed = await resolveNames(context, rpm, { without, built });
  const removed = await resolveNames(context, rpmRemove, { without });
  const all = rpm.length + rpmRemove.length;
  const down = [installed, removed].find(({ undecided }) => undecided?.kind === 'unreachable')?.undecided;
  if (down !== undefined) return { found: { there: 0, of: all }, faults: [unreachable(down.lines)], open: [] };
  // What a dep-builder of a parent brought is in the parent.
  const brought: Doubt[] = lineage.some(({ depBuilders }) => depBuilders.length > 0)
    ? [{ kind: 'open', text: 'a dep-builder of a parent may have brought it' }]
    : [];
  const told = [
    tell(installed, rpm, 'no repository', doubts),
    // A package that is removed needs nothing.
    tell({ ...removed, unmet: [] }, rpmRemove, 'neither the image nor a repository', [...doubts, ...brought]),
  ];
  return {
    found: { there: all - installed.unmatched.length - removed.unmatched.length, of: all },
    faults: told.flatMap(({ faults }) => faults),
    open: told.flatMap(({ open }) => open),
  };
}

interface Told {
  readonly faults: readonly Diagnostic[];
  readonly open: readonly string[];
}

/** What is missing for certain, and what is open. Pure. */
export function tell(
  { unmatched, unmet, undecided }: Resolution,
  names: readonly Entry<string>[],
  whoHasNot: string,
  doubts: readonly Doubt[],
): Told {
  const unsolved = undecided === undefined ? [] : [['not all could be resolved:', ...undecided.lines].join('\n  ')];
  const reasons = doubts.filter(({ kind }) => kind === 'open').map(({ text }) => text);
  if (reasons.length > 0) {
    const lost = [...unmatched.map(({ value }) => value), ...unmet.map(({ what }) => what)];
    const were = lost.length === 1 ? 'was' : 'were';
    const notFound = lost.length === 0 ? [] : [`${quoteNames(lost)} ${were} not found: ${reasons.join('; ')}`];
    return { faults: [], open: [...notFound, ...unsolved] };
  }
  const why = doubts.length === 0 ? {} : { notes: doubts.map(({ text }) => text) };
  return {
    faults: [
      ...unmatched.map(({ value, location }): Diagnostic => ({
        code: 'build/package-not-found',
        message: `${whoHasNot} has a package \`${value}\``,
        location,
        ...why,
        hint: 'check the name, and that the repository which has it is in `repo_urls` for this release and architecture',
      })),
      ...unmet.map(({ what, by }): Diagnostic => {
        const entry = names.find(({ value }) => by.startsWith(`${value}-`));
        return {
          code: 'build/package-not-found',
          message: `\`${by}\` needs \`${what}\`, which no repository has`,
          ...(entry === undefined ? {} : { location: entry.location }),
          ...why,
          hint: 'is a repository missing in `repo_urls`, or has the package not been made for this release?',
        };
      }),
    ],
    open: unsolved,
  };
}

function unreachable(lines: readonly string[]): Diagnostic {
  return {
    code: 'online/unreachable',
    message: 'the repositories of the image cannot be read: nothing is known of the packages',
    notes: lines,
    hint: 'is there a network, and a proxy that it needs? Try again later',
  };
}
