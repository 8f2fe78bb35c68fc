import { relative } from 'node:path';
import { extendedAttributes, fileCapabilities } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';

/**
 * What to say of overrides whose file capabilities and other extended attributes an image does not get: git keeps none, so that no other
 * clone would give them. A sentence for each.
 */
export async function lostAttributes(plan: BuildPlan, workspaceRoot: string): Promise<readonly string[]> {
  const entries = plan.stages.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'files' ? step.entries : [])),
  );
  const trees = [...new Set(entries.map(({ tree }) => tree.directory))];
  const [capabilities, attributes] = await Promise.all([fileCapabilities(trees), extendedAttributes(trees)]);
  const lost = (source: string, what: string, command: string) =>
    `${relative(workspaceRoot, source)} has ${what}, which the image does not get; in a script build/90-post.sh: ${command}`;
  return entries.flatMap(({ source, path }) => {
    const found = capabilities.get(source);
    const names = attributes.get(source) ?? [];
    return [
      ...(found === undefined ? [] : [lost(source, 'file capabilities', `setcap ${found} ${path}`)]),
      ...names.map((name) => lost(source, `the extended attribute ${name}`, commandFor(name, path))),
    ];
  });
}

function commandFor(name: string, path: string): string {
  return name.startsWith('system.posix_acl_') ? `setfacl --modify … ${path}` : `setfattr --name=${name} … ${path}`;
}
