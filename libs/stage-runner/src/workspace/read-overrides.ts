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

/** Scans the override trees of a variant and of all variants that it stands on, and finds which file wins. */
export async function readOverrides(directory: string, family: Family, variant: Variant): Promise<OverrideSelection> {
  const diagnostics: Diagnostic[] = [];
  const lineage = lineageOf(family, variant);
  const layers: { readonly variant: Variant; readonly manifests: readonly Manifest[] }[] = [];
  for (const member of lineage) layers.push({ variant: member, manifests: await manifestsOf(member) });

  const inPlace = joined(layers);
  const own = joined(layers.slice(-1));
  return { own, inPlace, diagnostics };

  /** Each image of the line copies the trees of what it applies, then its own, all under its own options. */
  async function manifestsOf(member: Variant): Promise<Manifest[]> {
    const manifests: Manifest[] = [];
    for (const name of [...member.applied, member.name]) {
      const selection = selectTrees(await findTrees(join(directory, name), name), member.options, family.knownOptions);
      diagnostics.push(...selection.diagnostics);
      for (const tree of selection.trees) {
        const scanned = await scanTree(tree);
        diagnostics.push(...scanned.diagnostics, ...checkManifest(scanned.manifest.entries));
        manifests.push(scanned.manifest);
      }
    }
    return manifests;
  }

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
