import type { PlanInput } from '../plan/plan';
import type { Step } from '../plan/step';

/** Checks the root filesystem, then prepares /usr/immutablue, which scripts of all later sub-stages may read. */
export function pre(input: PlanInput): Step[] {
  return [
    { kind: 'check-root', purpose: 'check the root filesystem', architecture: input.architecture },
    {
      kind: 'write-file',
      purpose: 'write the build options',
      path: '/usr/immutablue/build_options',
      content: `${input.variant.options.join(',')}\n`,
      mode: 0o644,
    },
    ...input.packageFiles.map((file): Step => ({
      kind: 'write-file',
      purpose: `write the package list of ${file.variant}`,
      path: `/usr/immutablue/packages/${file.variant}.yaml`,
      content: file.content,
      mode: 0o644,
    })),
  ];
}
