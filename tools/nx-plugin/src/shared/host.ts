import { requireArchitecture, requireBuildHost } from '@immutablue/oci';
import { ociArchitecture, type BuildPlan } from '@immutablue/stage-runner';

/** Checks that this machine can build and run what a plan describes. @throws {DiagnosticError} saying what to install. */
export async function requireHostFor(plan: BuildPlan): Promise<void> {
  await requireBuildHost();
  await requireArchitecture(ociArchitecture(plan.architecture));
}
