import { join } from 'node:path';
import { DiagnosticError, diagnosticsOf, type Diagnostic, type SourceLocation } from '@immutablue/diagnostics';
import { findImage, requireImage, type ImageDetails } from '@immutablue/oci';
import { findParent, readFamily, readImageRecord, type BuildPlan } from '@immutablue/stage-runner';
import type { AllowedFinding } from '@immutablue/variant';
import type { Check } from './check';
import { CHECKS } from './checks';
import type { Ancestor, InspectContext, Owner } from './context';
import type { Finding } from './finding';
import { createImageOpener, once, type ImageOpener } from './image-root';
import { checkAllow, judge } from './judge';
import { readOwnLayers } from './layers/read-own-layers';
import { originsOf } from './origin';
import { overridesOf } from './plan-steps';
import type { CheckResult, InspectionReport } from './report/report';

export interface InspectRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly signal: AbortSignal;
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
    const ownLayers = once(() => readOwnLayers(own));
    const context: InspectContext = { ...opened, plan, workspaceRoot, ancestors, ownLayers };
    const results: CheckResult[] = [];
    for (const check of CHECKS) {
      if (request.signal.aborted) throw interrupted(plan);
      results.push(await runCheck(check, context, [...allow.own, ...allow.applied]));
    }
    results.push(checkAllow(allow.own, results));
    return { variant: plan.variant, reference: plan.reference, imageId: image.id, checks: results };
  } finally {
    await opener.close();
  }
}

function interrupted(plan: BuildPlan): DiagnosticError {
  return new DiagnosticError({ code: 'build/interrupted', message: `the test of \`${plan.variant}\` was interrupted` });
}

async function runCheck(check: Check, context: InspectContext, allow: readonly AllowedFinding[]): Promise<CheckResult> {
  const started = performance.now();
  const { name, title } = check;
  const finish = (findings: CheckResult['findings'], obstacles: readonly Diagnostic[]): CheckResult => {
    return { name, title, findings, obstacles, milliseconds: performance.now() - started };
  };
  try {
    const findings = (await check.run(context)).map((finding) => locate(finding, context.plan));
    const origins =
      check.kind === 'root' ? await originsOf(check, context, findings, context.ancestors) : new Map<Finding, Owner>();
    return finish(
      findings.map((finding) => judge(name, finding, origins.get(finding), allow)),
      [],
    );
  } catch (error) {
    const diagnostics = diagnosticsOf(error);
    if (diagnostics.some(({ code }) => code === 'build/interrupted')) throw error;
    return finish([], diagnostics);
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

/** The images that one stands on, each by the record of the build above it. */
async function findAncestors(
  request: InspectRequest,
  opener: ImageOpener,
): Promise<readonly [Ancestor, ...Ancestor[]]> {
  const { plan } = request;
  const ancestor = (owner: Owner, image: ImageDetails, depth: number): Ancestor => {
    return { owner, image, open: once(() => opener.open(image, `test-${plan.variant}-below-${depth}`)) };
  };
  const ancestors: [Ancestor, ...Ancestor[]] = [ancestor(ownerOf(plan.parent), await findParent(plan, request), 1)];
  for (let { owner } = ancestors[0]; owner.kind === 'variant';) {
    const parent = (await readImageRecord(join(request.variantsDirectory, owner.name)))?.parent;
    const image = parent === undefined ? undefined : await findImage(parent.imageId);
    // Its findings are then shown as those of the lowest image that is there.
    if (parent === undefined || image === undefined) break;
    owner = ownerOf({ kind: parent.variant === undefined ? 'upstream' : 'variant', ...parent });
    ancestors.push(ancestor(owner, image, ancestors.length + 1));
  }
  return ancestors;
}

function ownerOf(parent: {
  readonly kind: Owner['kind'];
  readonly variant?: string | undefined;
  readonly reference: string;
}): Owner {
  return parent.variant === undefined
    ? { kind: 'upstream', name: parent.reference }
    : { kind: 'variant', name: parent.variant };
}
