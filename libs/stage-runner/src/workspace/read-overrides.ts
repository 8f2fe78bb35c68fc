import { join } from 'node:path';
import type { Diagnostic } from '@immutablue/diagnostics';
import {
  applyPermissions,
  checkManifest,
  effectiveOverrides,
  findTrees,
  scanTree,
  selectTrees,
  type EffectiveEntry,
  type Manifest,
} from '@immutablue/overrides';
import { lineageOf, type Family, type Variant } from '@immutablue/variant';

export interface OverrideSelection {
  /** What the variant's own build copies: the applied variants' trees and its own. */
  readonly own: readonly EffectiveEntry[];
  /** All that is in its image: the parents' too. */
  readonly inPlace: readonly EffectiveEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The override trees that an image copies. */
export interface OverrideManifests {
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Scans the override trees of a variant: those of what it applies, then its own, all under its own options. */
export async function readManifests(directory: string, family: Family, variant: Variant): Promise<OverrideManifests> {
  const manifests: Manifest[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of [...variant.applied, variant.name]) {
    const selection = selectTrees(await findTrees(join(directory, name), name), variant.options, family.knownOptions);
    diagnostics.push(...selection.diagnostics);
    for (const tree of selection.trees) {
      const scanned = await scanTree(tree);
      diagnostics.push(...scanned.diagnostics, ...checkManifest(scanned.manifest.entries));
      manifests.push(scanned.manifest);
    }
  }
  return { manifests, diagnostics };
}

/** Finds which override file wins in a variant's image, among those of all variants that it stands on. */
export async function readOverrides(
  family: Family,
  variant: Variant,
  manifestsOf: (variant: Variant) => Promise<OverrideManifests>,
): Promise<OverrideSelection> {
  const diagnostics: Diagnostic[] = [];
  const layers: { readonly variant: Variant; readonly manifests: readonly Manifest[] }[] = [];
  for (const member of lineageOf(family, variant)) {
    const { manifests, diagnostics: faults } = await manifestsOf(member);
    diagnostics.push(...faults);
    layers.push({ variant: member, manifests });
  }

  const inPlace = joined(layers);
  const own = joined(layers.slice(-1));
  return { own, inPlace, diagnostics };

  function joined(parts: typeof layers): readonly EffectiveEntry[] {
    const effective = effectiveOverrides(parts.flatMap(({ manifests }) => manifests));
    const permissions = parts.flatMap(({ variant: member }) =>
      [...member.applied.map((name) => family.variant(name)), member].flatMap((owner) => owner.permissions),
    );
    const permitted = applyPermissions(effective.entries, permissions);
    diagnostics.push(...effective.diagnostics, ...permitted.diagnostics);
    return permitted.entries;
  }
}
