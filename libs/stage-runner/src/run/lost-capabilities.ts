import { relative } from 'node:path';
import { fileCapabilities } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';

/**
 * What to say of overrides whose file capabilities an image does not get: git keeps none, so that no other clone would give them. A
 * sentence for each.
 */
export async function lostCapabilities(plan: BuildPlan, workspaceRoot: string): Promise<readonly string[]> {
  const entries = plan.stages.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'files' ? step.entries : [])),
  );
  const capabilities = await fileCapabilities([...new Set(entries.map(({ tree }) => tree.directory))]);
  return entries.flatMap(({ source, path }) => {
    const found = capabilities.get(source);
    if (found === undefined) return [];
    const file = relative(workspaceRoot, source);
    return [
      `${file} has file capabilities, which the image does not get; in a script build/90-post.sh: setcap ${found} ${path}`,
    ];
  });
}
