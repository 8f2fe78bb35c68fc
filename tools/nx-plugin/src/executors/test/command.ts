import { join } from 'node:path';
import { throwIfAny } from '@immutablue/diagnostics';
import { writeAtomically } from '@immutablue/oci';
import { inspectImage } from '@immutablue/stage-runner';
import type { z } from 'zod';
import type { Command } from '../../shared/execute';
import { requireHostFor } from '../../shared/host';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import { selectionOptionsSchema } from '../../shared/task';

/** Looks into a variant's image and reports each check as a line, and as JSON in `dist/test.json`. */
export const test: Command<z.output<typeof selectionOptionsSchema>> = {
  schema: selectionOptionsSchema,
  place: 'user-namespace',
  run: async (task, signal) => {
    const plan = await planOfTask(task);
    await requireHostFor(plan);
    const variantsDirectory = variantsDirectoryOf(task);
    const checks = await inspectImage(plan, { variantsDirectory, signal });
    for (const check of checks) console.log(`${check.faults.length === 0 ? 'ok    ' : 'FAILED'} ${check.title}`);
    const failed = checks.filter((check) => check.faults.length > 0).length;
    console.log(`${plan.reference}: ${checks.length - failed} passed, ${failed} failed`);
    await writeAtomically(
      join(variantsDirectory, plan.variant, 'dist', 'test.json'),
      `${JSON.stringify({ reference: plan.reference, checks }, undefined, 2)}\n`,
    );
    throwIfAny(checks.flatMap((check) => check.faults));
  },
};
