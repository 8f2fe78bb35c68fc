import {
  hintForUnknownName,
  type Allowance,
  type JudgedFinding,
  type Owner,
  type Verdict,
} from '@immutablue/diagnostics';
import type { AllowedFinding } from '@immutablue/variant';
import type { Finding } from './finding';
import type { InspectionResult } from './report/report';

/** What a finding means; `inheritedFrom` is the lowest image that has it already. Pure. */
export function judge(
  check: string,
  finding: Finding,
  inheritedFrom: Owner | undefined,
  allow: readonly AllowedFinding[],
): JudgedFinding {
  return { finding, verdict: verdictOn(check, finding, inheritedFrom, allow) };
}

function verdictOn(
  check: string,
  finding: Finding,
  inheritedFrom: Owner | undefined,
  allow: readonly AllowedFinding[],
): Verdict {
  if (finding.explanation !== undefined) return { kind: 'explained', explanation: finding.explanation };
  if (inheritedFrom !== undefined) return { kind: 'inherited', owner: inheritedFrom };
  const allowed = allow.find((candidate) => candidate.check === check && covers(candidate, finding));
  return allowed === undefined ? { kind: 'fault' } : { kind: 'allowed', allowed };
}

function covers({ path }: AllowedFinding, finding: Finding): boolean {
  if (path === undefined || path === finding.path) return true;
  return finding.path?.startsWith(`${path}/`) ?? false;
}

/** The name of the check that is about variant.yaml's `allow` itself. */
export const ALLOW = 'allow';

/**
 * The result of one more check, after all others: every `allow` of the variant has something that it allows. One that has
 * nothing would hide the next thing of its kind.
 */
export function checkAllow(allow: readonly AllowedFinding[], results: readonly InspectionResult[]): InspectionResult {
  const names = results.map(({ name }) => name);
  const used = new Set<Allowance>(
    results
      .flatMap(({ findings }) => findings)
      .flatMap(({ verdict }) => (verdict.kind === 'allowed' ? [verdict.allowed] : [])),
  );
  const findings = allow
    .filter((allowed) => !used.has(allowed))
    .map((allowed): JudgedFinding => ({ finding: unused(allowed, names), verdict: { kind: 'fault' } }));
  const title = 'every finding that variant.yaml allows is there';
  return { name: ALLOW, title, findings, obstacles: [], milliseconds: 0 };
}

function unused({ check, path, location }: AllowedFinding, names: readonly string[]): Finding {
  if (!names.includes(check)) {
    return { message: `there is no check \`${check}\``, location, hint: hintForUnknownName(check, names) };
  }
  const what = path === undefined ? '' : ` at \`${path}\``;
  return {
    message: `\`${check}\` finds nothing of this variant${what}, so there is nothing to allow`,
    location,
    hint: 'remove the entry: it would hide the next finding of its kind',
  };
}
