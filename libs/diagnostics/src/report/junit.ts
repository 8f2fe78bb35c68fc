import { renderLocation } from '../render';
import { statusOf, type CheckResult, type Finding, type JudgedFinding } from './result';
import { document, element, escapeXml } from './xml';

/** Results that a report shows together. */
export interface Suite {
  readonly name: string;
  /** What JUnit calls the class: CI systems group by it. */
  readonly className: string;
  readonly results: readonly CheckResult[];
}

/**
 * A report in JUnit's XML, which CI systems read, with a test case for each check: `failure` for what is wrong, `error` for a
 * check that could not be done, `skipped` where there was nothing to check. What is allowed, inherited or explained is in
 * `system-out`. https://github.com/testmoapp/junitxml
 *
 * @param root paths below it are written relative to it.
 */
export function renderJunit(name: string, suites: readonly Suite[], root: string): string {
  const written = suites.map((suite) =>
    element(
      'testsuite',
      { name: suite.name, ...countsOf(suite.results) },
      suite.results.map((result) => testCase(result, suite.className, root)),
    ),
  );
  return document(element('testsuites', { name, ...countsOf(suites.flatMap(({ results }) => results)) }, written));
}

function countsOf(results: readonly CheckResult[]) {
  const errors = results.filter(({ obstacles }) => obstacles.length > 0).length;
  return {
    tests: results.length,
    failures: results.filter((result) => statusOf(result) === 'failed').length - errors,
    errors,
    skipped: results.filter((result) => statusOf(result) === 'absent').length,
    time: seconds(results.reduce((total, { milliseconds = 0 }) => total + milliseconds, 0)),
  };
}

function testCase(result: CheckResult, classname: string, root: string): string {
  const { name, title, findings, obstacles, absent, milliseconds = 0 } = result;
  const others = findings.filter(({ verdict }) => verdict.kind !== 'fault');
  const faults = findings
    .filter(({ verdict }) => verdict.kind === 'fault')
    .map(({ finding }) => describe(finding, root));
  const children = [
    // A test case has one of these.
    ...(obstacles.length > 0
      ? problem(
          'error',
          obstacles.map((obstacle) => describe(obstacle, root)),
        )
      : problem('failure', faults)),
    ...(statusOf(result) === 'absent' ? [element('skipped', { message: absent ?? '' })] : []),
    ...(others.length === 0
      ? []
      : [`<system-out>${escapeXml(others.map((judged) => summarizeJudged(judged, root)).join('\n'))}</system-out>`]),
  ];
  const attributes = { classname, name: name === undefined ? title : `${name}: ${title}`, time: seconds(milliseconds) };
  return element('testcase', attributes, children);
}

function problem(kind: 'error' | 'failure', texts: readonly string[]): string[] {
  const [first] = texts;
  if (first === undefined) return [];
  const [message = ''] = first.split('\n');
  return [element(kind, { type: kind, message }, [escapeXml(texts.join('\n'))])];
}

function summarize({ message, location }: Finding, root: string): string {
  return location === undefined ? message : `${message} (${renderLocation(location, root)})`;
}

function describe(finding: Finding, root: string): string {
  const { notes, hint } = finding;
  return [summarize(finding, root), ...(notes ?? []), ...(hint === undefined ? [] : [hint])].join('\n');
}

function summarizeJudged({ finding, verdict }: JudgedFinding, root: string): string {
  const text = summarize(finding, root);
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
