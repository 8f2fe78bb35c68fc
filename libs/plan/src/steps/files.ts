import { count, formatMode } from '@immutablue/diagnostics';
import { applyOverrides, type EffectiveEntry } from '@immutablue/overrides';
import { atFiles, lines, textFile } from '../containerfile/action';
import { overrideFiles, overrideList } from '../containerfile/override-list';
import { isExplicitEntry } from '../explicit-entry';
import { ancestorsAndSelf, paths } from '../reads';
import type { StepKind } from './kind';
import type { StepRuntime } from './runtime';

/** Copies override files. */
export interface FilesStep {
  readonly kind: 'files';
  readonly entries: readonly EffectiveEntry[];
  /** `after-packages`: those that the package stages do not read. */
  readonly phase: 'before-packages' | 'after-packages';
}

/** Where the names of owners are looked up. */
const ACCOUNT_FILES = ['/etc/passwd', '/etc/group', '/usr/lib/passwd', '/usr/lib/group'] as const;

export const files: StepKind<FilesStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: ({ entries, phase }) =>
    `copy ${count(entries.filter(isExplicitEntry).length, 'override')}${phase === 'after-packages' ? ' that packages do not read' : ''}`,
  reads: ({ entries }) => paths([...ACCOUNT_FILES, ...entries.flatMap(({ path }) => ancestorsAndSelf(path))]),
  // A directory that leads to others changes with these, and is nothing that a person would look for.
  inputs: ({ entries }) =>
    entries.filter(isExplicitEntry).map((entry) => ({
      noun: 'override',
      name: entry.path,
      value: valueOf(entry),
      origin: { variant: entry.tree.variant, file: entry.source },
      writes: entry.path,
    })),
  print: ({ entries }, shown) =>
    entries
      .filter((entry) => entry.type !== 'directory' || entry.isEmpty)
      .map((entry) => `${formatMode(entry.mode)} ${entry.path}  from ${shown.path(entry.source)}`),
  run: copy,
  containerfile: ({ entries }, number) => {
    const list = textFile(`${number}-overrides.tsv`, overrideList(entries));
    return lines([`apply_overrides ${atFiles(list)}`], { files: [list], overrides: overrideFiles(entries) });
  },
};

/** Everything of an override that reaches the image: not where its file lies. */
function valueOf(entry: EffectiveEntry): string {
  const common = [entry.type, entry.mode, entry.owner, entry.group, entry.hasStatedPermissions];
  switch (entry.type) {
    case 'file':
      return JSON.stringify([...common, entry.sha256]);
    case 'symlink':
      return JSON.stringify([...common, entry.target]);
    case 'directory':
      return JSON.stringify([...common, entry.isEmpty]);
  }
}

/** Overrides win over packages. */
async function copy({ entries }: FilesStep, runtime: StepRuntime): Promise<void> {
  const brought = await runtime.packagePaths();
  for (const applied of await applyOverrides(runtime.root, entries, runtime.contentOf)) {
    if (applied.path !== applied.entry.path) {
      runtime.notice(`${applied.entry.path} is ${applied.path}, through a link of the root filesystem`);
    }
    if (applied.outcome === 'replaced' && brought.has(applied.path)) {
      runtime.notice(`a package has ${applied.path}, too: the override takes its place`);
    }
  }
}
