import { join } from 'node:path';
import { throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { readIfThere } from '@immutablue/oci';
import { readFamily } from '@immutablue/stage-runner';
import { lineageOf } from '@immutablue/variant';
import { parseBootChecks } from './checks-file/parse';
import { planBoot, type BootPlan, type VariantBootChecks } from './checks-file/plan';

/** The name of the file, in the folder of a variant. It need not be there. */
export const BOOT_CHECKS_FILE = 'boot-checks.yaml';

/**
 * Reads the boot-checks.yaml of a variant and of all that it stands on or applies.
 *
 * @param directory absolute path of the folder that holds the variants' folders.
 * @throws {DiagnosticError} with everything that is wrong in any of them.
 */
export async function readBootPlan(directory: string, name: string): Promise<BootPlan> {
  const family = await readFamily(directory);
  const names = lineageOf(family, family.variant(name)).flatMap((member) => [...member.applied, member.name]);
  const diagnostics: Diagnostic[] = [];
  const line: VariantBootChecks[] = [];
  for (const variant of new Set(names)) {
    const file = join(directory, variant, BOOT_CHECKS_FILE);
    const text = await readIfThere(file);
    if (text === undefined) continue;
    const checked = parseBootChecks(file, text);
    diagnostics.push(...checked.diagnostics);
    if (checked.value !== undefined) line.push({ variant, checks: checked.value });
  }
  throwIfAny(diagnostics);
  return planBoot(line);
}
