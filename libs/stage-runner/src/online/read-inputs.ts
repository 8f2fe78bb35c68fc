import { checkedValue, lineageOf, resolveFiles } from '@immutablue/variant';
import { readPlan, readSourcesOf, type PlanRequest } from '../workspace/read-plan';
import type { OnlineRequest } from './check-online';

/**
 * Reads what of a variant is asked online, as if nothing was locked.
 *
 * @throws {DiagnosticError} with everything that is wrong in the files of the variant, or of one that it stands on.
 */
export async function readOnlineInputs(
  request: Omit<PlanRequest, 'lock'>,
): Promise<Pick<OnlineRequest, 'plan' | 'lineage' | 'packages'>> {
  const sources = request.sources ?? (await readSourcesOf(request));
  const { family } = sources;
  const plan = await readPlan({ ...request, sources, lock: 'ignore' });
  const { release, architecture } = plan;
  const variant = family.variant(request.variant);
  const lineage = await Promise.all(
    lineageOf(family, variant)
      .slice(0, -1)
      .map(({ name }) => readPlan({ ...request, sources, lock: 'ignore', variant: name, architecture })),
  );
  const concerned = [...variant.applied, variant.name].map((name) => family.variant(name));
  const lists = await Promise.all(concerned.map(sources.packages));
  const packages = lists.flatMap((list) => list.packages);
  const resolved = resolveFiles(packages, { release, architecture, options: variant.options });
  return { plan, lineage, packages: checkedValue(resolved) };
}
