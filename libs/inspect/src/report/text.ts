import {
  renderLocation,
  statusLabel,
  statusOf,
  visible,
  visibleOutput,
  type JudgedFinding,
  type Owner,
} from '@immutablue/diagnostics';
import type { InspectionReport, InspectionResult } from './report';

/** How many inherited and explained findings are shown of each check; `dist/test.json` has all. */
const SHOWN = 3;

/** The result of one check as lines, its findings below; `width` is that of the longest name. */
export function renderResult(result: InspectionResult, workspaceRoot: string, width: number): string {
  return [
    visible(`${statusLabel(result)} ${result.name.padEnd(width)}  ${result.title}`),
    ...linesBelow(result, workspaceRoot).map((line) => `          ${visible(line)}`),
  ].join('\n');
}

/** A report as one line. */
export function renderSummary({ reference, checks }: InspectionReport): string {
  const failed = checks.filter((check) => statusOf(check) === 'failed').length;
  return `${visible(reference)}: ${checks.length - failed} passed, ${failed} failed`;
}

function linesBelow({ findings, obstacles }: InspectionResult, workspaceRoot: string): string[] {
  const counts = findings.filter(({ verdict }) => verdict.kind === 'fault' || verdict.kind === 'allowed');
  const others = findings.filter((judged) => !counts.includes(judged));
  return [
    ...obstacles.flatMap(({ message, notes, hint }) => [
      `could not be done: ${message}`,
      ...(notes ?? []).flatMap((note) => visibleOutput(note).split('\n')).map((note) => `  | ${note}`),
      ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ]),
    ...counts.flatMap((judged) => describe(judged, workspaceRoot)),
    ...others.slice(0, SHOWN).flatMap((judged) => describe(judged, workspaceRoot)),
    ...(others.length > SHOWN ? [`and ${others.length - SHOWN} more of this kind, see dist/test.json`] : []),
  ];
}

function describe({ finding, verdict }: JudgedFinding, workspaceRoot: string): string[] {
  const where = finding.location === undefined ? [] : [`  --> ${renderLocation(finding.location, workspaceRoot)}`];
  switch (verdict.kind) {
    case 'fault':
      return [finding.message, ...where, ...(finding.hint === undefined ? [] : [`  hint: ${finding.hint}`])];
    case 'allowed': {
      const { reason, location } = verdict.allowed;
      const by = location === undefined ? '' : ` (${renderLocation(location, workspaceRoot)})`;
      return [`allowed: ${finding.message}`, `  because: ${reason}${by}`];
    }
    case 'inherited':
      return [`${ownerText(verdict.owner)}: ${finding.message}`];
    case 'explained':
      return [`explained: ${finding.message}`, `  because: ${verdict.explanation}`];
  }
}

/** Whose a finding is: `of base`, or `upstream` and the image. */
function ownerText(owner: Owner): string {
  return owner.kind === 'variant' ? `of ${owner.name}` : `upstream (${owner.name})`;
}
