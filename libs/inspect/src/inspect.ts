import { DiagnosticError, diagnosticsOf, type Owner, type SourceLocation } from '@immutablue/diagnostics';
import { readLayers, requireImage } from '@immutablue/oci';
import { type BuildPlan } from '@immutablue/plan';
import { readFamily } from '@immutablue/stage-runner';
import type { AllowedFinding } from '@immutablue/variant';
import { findAncestors } from './ancestors';
import type { Check } from './check';
import { CHECKS } from './checks';
import type { InspectContext } from './context';
import type { Finding } from './finding';
import { createImageOpener, once } from './image-root';
import { checkAllow, judge } from './judge';
import { originsOf } from './origin';
import { overridesOf } from './plan-steps';
import type { InspectionReport, InspectionResult } from './report/report';

export interface InspectRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly signal: AbortSignal;
  /** Called with the result of each check as soon as it is done. */
  readonly onResult: (result: InspectionResult) => void;
}

/**
 * Looks into the image that a plan describes and says what it found. Images are not changed: the containers that are looked
 * at are thrown away. A check that breaks is reported as such, and the others are done all the same.
 *
 * @throws {DiagnosticError} `oci/image-not-found` when the image was not built, `build/interrupted` at Ctrl-C.
 */
export async function inspectImage(request: InspectRequest): Promise<InspectionReport> {
  const { plan, workspaceRoot } = request;
  const image = await requireImage(plan.reference, `build it first: \`npx nx build ${plan.variant}\``);
  const allow = await readAllow(request);
  const opener = createImageOpener(request.signal);
  try {
    const ancestors = await findAncestors(request, opener);
    const opened = await opener.open(image, `test-${plan.variant}`);
    const own = image.layers.slice(ancestors[0].image.layers.length);
    const ownLayers = once(() => readLayers(own));
    const context: InspectContext = { ...opened, plan, workspaceRoot, ancestors, ownLayers };
    const results: InspectionResult[] = [];
    const take = (result: InspectionResult) => {
      results.push(result);
      request.onResult(result);
    };
    for (const check of CHECKS) {
      if (request.signal.aborted) throw interrupted(plan);
      take(await runCheck(check, context, [...allow.own, ...allow.applied]));
    }
    take(checkAllow(allow.own, results));
    return { variant: plan.variant, reference: plan.reference, imageId: image.id, checks: results };
  } finally {
    await opener.close();
  }
}

function interrupted(plan: BuildPlan): DiagnosticError {
  return new DiagnosticError({ code: 'build/interrupted', message: `the test of \`${plan.variant}\` was interrupted` });
}

/** Does one check; what keeps it from being done, or from telling findings from the parents', is part of the result. */
async function runCheck(
  check: Check,
  context: InspectContext,
  allow: readonly AllowedFinding[],
): Promise<InspectionResult> {
  const started = performance.now();
  const found = await attempt([], async () => {
    const findings = await check.run(context);
    return findings.map((finding) => locate(finding, context.plan));
  });
  const origins = await attempt<ReadonlyMap<Finding, Owner>>(new Map(), async () =>
    check.kind === 'root' ? originsOf(check, context, found.value, context.ancestors) : new Map(),
  );
  return {
    name: check.name,
    title: check.title,
    findings: found.value.map((finding) => judge(check.name, finding, origins.value.get(finding), allow)),
    obstacles: [...found.obstacles, ...origins.obstacles],
    milliseconds: performance.now() - started,
  };
}

/** What some work gives, or `otherwise` and what kept it from being done. @throws {DiagnosticError} at Ctrl-C. */
async function attempt<T>(otherwise: T, work: () => Promise<T>) {
  try {
    return { value: await work(), obstacles: [] };
  } catch (error) {
    const obstacles = diagnosticsOf(error);
    if (obstacles.some(({ code }) => code === 'build/interrupted')) throw error;
    return { value: otherwise, obstacles };
  }
}

/** A finding about a file that the variant brings is traced to that file. */
function locate(finding: Finding, plan: BuildPlan): Finding {
  if (finding.location !== undefined || finding.path === undefined) return finding;
  const override = overridesOf(plan).find(({ path, type }) => path === finding.path && type !== 'directory');
  if (override === undefined) return finding;
  const location: SourceLocation = { file: override.source, line: 1, column: 1 };
  return { ...finding, location };
}

/** What variant.yaml allows; that of applied variants counts too, because their stages ran here. */
async function readAllow({ plan, variantsDirectory }: InspectRequest) {
  const family = await readFamily(variantsDirectory);
  const variant = family.variant(plan.variant);
  return {
    own: variant.definition.allow,
    applied: variant.applied.flatMap((name) => family.variant(name).definition.allow),
  };
}
