import { join } from 'node:path';
import { applyOverrides } from '../apply/apply';
import { verifyOverrides } from '../apply/verify';
import { applyPermissions } from '../effective/permissions';
import { type OverridePermission } from '../entry';
import { openRoot } from '../root/open-root';
import { effectiveTree } from './entries';
import { file, plant, type Plants } from './plant';

/** In `temporary`: a root filesystem, a tree beside it, and a directory `outside` that nothing may touch. */
export async function given(
  temporary: string,
  rootPlants: Plants,
  treePlants: Plants,
  permissions: readonly OverridePermission[] = [],
) {
  plant(join(temporary, 'outside'), { secret: file('secret', 0o600), 'd/x': file('x') });
  const mountPoint = plant(join(temporary, 'root'), rootPlants);
  const scanned = await effectiveTree(join(temporary, 'overrides'), treePlants);
  const { entries, diagnostics } = applyPermissions(scanned, permissions);
  expect(diagnostics).toEqual([]);
  const root = await openRoot(mountPoint, { epochSeconds: 0 });
  return { root, entries, apply: () => applyOverrides(root, entries), verify: () => verifyOverrides(root, entries) };
}
