import { renderLocation } from '@immutablue/diagnostics';
import { statusOf, type InspectionReport, type Verdict } from './report';

/** A report as JSON, for programs: every check with its status and all findings. */
export function renderJson(report: InspectionReport, workspaceRoot: string): string {
  const checks = report.checks.map((check) => ({
    name: check.name,
    title: check.title,
    status: statusOf(check),
    milliseconds: Math.round(check.milliseconds),
    findings: check.findings.map(({ finding: { message, path, location, hint, explanation }, verdict }) => ({
      message,
      path,
      location: location === undefined ? undefined : renderLocation(location, workspaceRoot),
      hint,
      explanation,
      ...verdictFields(verdict),
    })),
    obstacles: check.obstacles.map(({ code, message, notes, hint }) => ({ code, message, notes, hint })),
  }));
  const { variant, reference, imageId } = report;
  return `${JSON.stringify({ variant, reference, imageId, checks }, undefined, 2)}\n`;
}

function verdictFields(verdict: Verdict): Readonly<Record<string, string>> {
  switch (verdict.kind) {
    case 'fault':
      return { verdict: 'fault' };
    case 'allowed':
      return { verdict: 'allowed', reason: verdict.allowed.reason };
    case 'inherited':
      return { verdict: verdict.owner.kind === 'upstream' ? 'upstream' : 'parent', of: verdict.owner.name };
    case 'explained':
      return { verdict: 'explained' };
  }
}
