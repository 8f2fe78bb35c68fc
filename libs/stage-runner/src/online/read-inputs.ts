import { checkedValue, lineageOf, resolveFiles } from '@immutablue/variant';
import { readFamily, variantsDirectory } from '../workspace/read-family';
import { readPackages } from '../workspace/read-packages';
import { readPlan, type PlanRequest } from '../workspace/read-plan';
import type { OnlineRequest } from './check-online';

/**
 * Reads what of a variant is asked online, as if nothing was locked.
 *
 * @throws {DiagnosticError} with everything that is wrong in the files of the variant, or of one that it stands on.
 */
export async function readOnlineInputs(
  request: Omit<PlanRequest, 'lock'>,
): Promise<Pick<OnlineRequest, 'plan' | 'lineage' | 'packages'>> {
  const { settings } = request;
  const directory = variantsDirectory(request.workspaceRoot, settings.variants);
  const family = request.family ?? (await readFamily(directory));
  const plan = await readPlan({ ...request, family, lock: 'ignore' });
  const { release, architecture } = plan;
  const variant = family.variant(request.variant);
  const lineage = await Promise.all(
    lineageOf(family, variant)
      .slice(0, -1)
      .map(({ name }) => readPlan({ ...request, family, lock: 'ignore', variant: name, architecture })),
  );
  const concerned = [...variant.applied, variant.name].map((name) => family.variant(name));
  const { packages } = await readPackages(directory, family, concerned, settings);
  const resolved = resolveFiles(packages, { release, architecture, options: variant.options });
  return { plan, lineage, packages: checkedValue(resolved) };
}
