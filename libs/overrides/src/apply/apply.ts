import { throwIfAny } from '@immutablue/diagnostics';
import { type EffectiveEntry } from '../entry';
import { type RootPath } from '../path';
import { type Attributes, type RootFilesystem } from '../root/root-filesystem';
import { planApply, type Step } from './plan';

export interface AppliedOverride {
  readonly entry: EffectiveEntry;
  /** The place in the root filesystem without links: `/usr/bin/x` for `/bin/x`. */
  readonly path: RootPath;
  /** `replaced` also for a directory that was there and got another mode or owner. */
  readonly outcome: 'created' | 'replaced' | 'unchanged';
}

/** Where the content of an override is read: absolute path. */
export type ContentOf = (entry: EffectiveEntry) => string;

/**
 * Puts the entries, sorted by path, into the root filesystem. All of them are checked before the first one is written; what
 * is already as it should be is not touched, so that it is in no layer twice. Directories that the root filesystem has
 * keep their mode and owner, unless the override is an empty directory or variant.yaml states them.
 *
 * @param contentOf the override's own place in its tree when not given.
 * @returns what became of each entry, sorted by the path that was written.
 * @throws {DiagnosticError} with everything that stands in the way: `override/type-conflict`, `override/forbidden-path` where
 *   a link of the root filesystem leads to a place where overrides are not accepted, `override/unknown-account`, and
 *   what {@link RootFilesystem} throws; `override/changed` when a file is not the one that was scanned.
 */
export async function applyOverrides(
  root: RootFilesystem,
  entries: readonly EffectiveEntry[],
  contentOf: ContentOf = ({ source }) => source,
): Promise<readonly AppliedOverride[]> {
  const { steps, diagnostics } = await planApply(root, entries);
  throwIfAny(diagnostics);
  const applied: AppliedOverride[] = [];
  for (const step of steps) {
    await perform(root, step, contentOf);
    applied.push({ entry: step.entry, path: step.path, outcome: OUTCOMES[step.action] });
  }
  return applied;
}

const OUTCOMES = {
  create: 'created',
  replace: 'replaced',
  adjust: 'replaced',
  keep: 'unchanged',
} as const satisfies Record<Step['action'], AppliedOverride['outcome']>;

async function perform(
  root: RootFilesystem,
  { action, entry, owner, path }: Step,
  contentOf: ContentOf,
): Promise<void> {
  if (action === 'keep') return;
  const attributes: Attributes = { mode: entry.mode, ...owner };
  switch (entry.type) {
    case 'file':
      await root.copyFile(contentOf(entry), path, attributes, entry.sha256);
      return;
    case 'symlink':
      await root.makeSymlink(path, entry.target, owner);
      return;
    case 'directory':
      if (action === 'create') await root.makeDirectory(path, attributes);
      else await root.setAttributes(path, attributes);
  }
}
