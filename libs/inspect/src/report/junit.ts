import { renderLocation, type Diagnostic } from '@immutablue/diagnostics';
import { document, element, escapeXml } from '@immutablue/junit';
import { statusOf, type CheckResult, type InspectionReport, type JudgedFinding } from './report';

/**
 * A report as JUnit's XML, one test case for each check: `failure` for what is wrong, `error` for a check that could not be
 * done. What is allowed or inherited is in `system-out`. https://github.com/testmoapp/junitxml
 */
export function renderJunit(report: InspectionReport, workspaceRoot: string): string {
  const failed = report.checks.filter((check) => statusOf(check) === 'failed');
  const errors = failed.filter(({ obstacles }) => obstacles.length > 0).length;
  const counts = {
    name: report.reference,
    tests: report.checks.length,
    failures: failed.length - errors,
    errors,
    time: seconds(report.checks.reduce((total, { milliseconds }) => total + milliseconds, 0)),
  };
  const cases = report.checks.map((check) => testCase(report.variant, check, workspaceRoot));
  const suite = element('testsuite', counts, cases);
  return document(element('testsuites', counts, [suite]));
}

function testCase(variant: string, check: CheckResult, workspaceRoot: string): string {
  const faults = check.findings.filter(({ verdict }) => verdict.kind === 'fault');
  const others = check.findings.filter(({ verdict }) => verdict.kind !== 'fault');
  const children = [
    ...problem('error', check.obstacles.map(describeObstacle)),
    // A test case has one of the two.
    ...(check.obstacles.length > 0
      ? []
      : problem(
          'failure',
          faults.map((judged) => describeFinding(judged, workspaceRoot)),
        )),
    ...(others.length === 0
      ? []
      : [
          `<system-out>${escapeXml(others.map((judged) => describeFinding(judged, workspaceRoot)).join('\n'))}</system-out>`,
        ]),
  ];
  const name = `${check.name}: ${check.title}`;
  return element('testcase', { classname: variant, name, time: seconds(check.milliseconds) }, children);
}

function problem(kind: 'error' | 'failure', texts: readonly string[]): string[] {
  const [first] = texts;
  if (first === undefined) return [];
  const [message = ''] = first.split('\n');
  return [element(kind, { type: kind, message }, [escapeXml(texts.join('\n'))])];
}

function describeObstacle({ message, notes, hint }: Diagnostic): string {
  return [message, ...(notes ?? []), ...(hint === undefined ? [] : [hint])].join('\n');
}

function describeFinding({ finding, verdict }: JudgedFinding, workspaceRoot: string): string {
  const where = finding.location === undefined ? '' : ` (${renderLocation(finding.location, workspaceRoot)})`;
  const text = `${finding.message}${where}`;
  switch (verdict.kind) {
    case 'fault':
      return text;
    case 'allowed':
      return `allowed, ${verdict.allowed.reason}: ${text}`;
    case 'inherited':
      return `of ${verdict.owner.name}: ${text}`;
    case 'explained':
      return `${verdict.explanation}: ${text}`;
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
