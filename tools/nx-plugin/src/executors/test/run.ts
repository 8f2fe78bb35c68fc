import { join } from 'node:path';
import { DiagnosticError, print, quoteNames, statusOf } from '@immutablue/diagnostics';
import {
  CHECK_NAMES,
  inspectImage,
  inspectionJson,
  inspectionJunit,
  renderResult,
  renderSummary,
  type InspectionReport,
} from '@immutablue/inspect';
import { writeAtomically } from '@immutablue/oci';
import type { Run } from '../../shared/command';
import { fetchBuiltImage } from '../../shared/fetch-images';
import { planForHost } from '../../shared/host';
import { outputDetail } from '../../shared/output-detail';
import { variantsDirectoryOf } from '../../shared/plan';
import type { test } from './definition';

/** Looks into a variant's image and reports each check: as lines, as JSON and as JUnit's XML in `dist/`. */
export const run: Run<typeof test> = async (task, signal) => {
  const { workspaceRoot } = task;
  const plan = await planForHost(task);
  await fetchBuiltImage(task, plan, signal);
  const variantsDirectory = variantsDirectoryOf(task);
  const width = Math.max(...CHECK_NAMES.map((name) => name.length));
  const report = await inspectImage({
    plan,
    workspaceRoot,
    variantsDirectory,
    signal,
    onResult: (result) => {
      const isPlain = statusOf(result) === 'ok' && result.findings.length === 0;
      if (isPlain && outputDetail() === 'result') return;
      print(renderResult(result, workspaceRoot, width));
    },
  });
  const dist = join(variantsDirectory, plan.variant, 'dist');
  await writeAtomically(join(dist, 'test.json'), inspectionJson(report, workspaceRoot));
  await writeAtomically(join(dist, 'test.junit.xml'), inspectionJunit(report, workspaceRoot));
  print(renderSummary(report));
  throwIfFailed(report);
};

function throwIfFailed({ checks, reference, variant }: InspectionReport): void {
  const failed = checks.filter((check) => statusOf(check) === 'failed').map(({ name }) => name);
  if (failed.length === 0) return;
  throw new DiagnosticError({
    code: 'test/failed',
    message: `${failed.length} of ${checks.length} checks of \`${reference}\` failed: ${quoteNames(failed)}`,
    hint: `what is right as it is can be allowed in packages/${variant}/variant.yaml, with a reason: docs/testing-images.md`,
  });
}
