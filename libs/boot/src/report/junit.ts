import { renderDiagnostic } from '@immutablue/diagnostics';
import { document, element, escapeXml } from '@immutablue/junit';
import { type BootReport, type ReportItem } from './item';

/**
 * The report in the format that CI systems read: one test suite for each boot.
 *
 * @param root paths below it are written relative to it.
 */
export function renderJunit({ reference, items }: BootReport, root: string): string {
  const boots = [...new Set(items.map(({ boot }) => boot))];
  const suites = boots.map((boot) =>
    suite(
      `${reference} boot ${boot}`,
      items.filter((item) => item.boot === boot),
      root,
    ),
  );
  return document(element('testsuites', {}, suites));
}

function suite(name: string, items: readonly ReportItem[], root: string): string {
  const count = (...outcomes: readonly string[]) =>
    items.filter(({ finding }) => outcomes.includes(finding.outcome)).length;
  const attributes = { name, tests: items.length, failures: count('failed'), skipped: count('allowed', 'absent') };
  return element(
    'testsuite',
    attributes,
    items.map((item) => testCase(item, name, root)),
  );
}

function testCase({ title, milliseconds = 0, finding }: ReportItem, suiteName: string, root: string): string {
  const attributes = { classname: suiteName, name: title, time: (milliseconds / 1000).toFixed(3) };
  switch (finding.outcome) {
    case 'passed':
      return element('testcase', attributes);
    case 'absent':
      return element('testcase', attributes, [element('skipped', {})]);
    case 'allowed':
      return element('testcase', attributes, [element('skipped', { message: finding.reason })]);
    case 'failed': {
      const text = escapeXml(renderDiagnostic(finding.fault, { root, colors: 'never' }));
      return element('testcase', attributes, [element('failure', { message: finding.fault.message }, [text])]);
    }
  }
}
