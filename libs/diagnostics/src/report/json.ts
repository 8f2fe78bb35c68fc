import { renderLocation } from '../render';
import { statusOf, type CheckResult, type Verdict } from './result';

/**
 * A result as it is in a JSON file for programs: its status and every finding.
 *
 * @param root paths below it are written relative to it.
 */
export function resultToJson(result: CheckResult, root: string): Readonly<Record<string, unknown>> {
  const { name, title, absent, milliseconds } = result;
  return {
    name,
    title,
    status: statusOf(result),
    absent,
    milliseconds: milliseconds === undefined ? undefined : Math.round(milliseconds),
    findings: result.findings.map(({ finding: { code, message, path, location, hint, notes }, verdict }) => ({
      code,
      message,
      path,
      location: location === undefined ? undefined : renderLocation(location, root),
      hint,
      notes,
      ...verdictToJson(verdict),
    })),
    obstacles: result.obstacles.map(({ code, message, notes, hint }) => ({ code, message, notes, hint })),
  };
}

function verdictToJson(verdict: Verdict): Readonly<Record<string, string>> {
  switch (verdict.kind) {
    case 'fault':
      return { verdict: 'fault' };
    case 'allowed':
      return { verdict: 'allowed', reason: verdict.allowed.reason };
    case 'inherited':
      return { verdict: verdict.owner.kind === 'upstream' ? 'upstream' : 'parent', of: verdict.owner.name };
    case 'explained':
      return { verdict: 'explained', explanation: verdict.explanation };
  }
}
