import { renderDiagnostic } from '@immutablue/diagnostics';
import { type BootReport, type ReportItem } from './item';

/**
 * The report in the format that CI systems read: one test suite for each boot.
 *
 * @param root paths below it are written relative to it.
 */
export function renderJunit({ reference, items }: BootReport, root: string): string {
  const boots = [...new Set(items.map(({ boot }) => boot))];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...boots.flatMap((boot) =>
      suite(
        `${reference} boot ${boot}`,
        items.filter((item) => item.boot === boot),
        root,
      ),
    ),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(name: string, items: readonly ReportItem[], root: string): string[] {
  const count = (...outcomes: readonly string[]) =>
    items.filter(({ finding }) => outcomes.includes(finding.outcome)).length;
  const [failures, skipped] = [count('failed'), count('allowed', 'absent')];
  return [
    `  <testsuite name="${escape(name)}" tests="${items.length}" failures="${failures}" skipped="${skipped}">`,
    ...items.flatMap((item) => testCase(item, name, root)),
    '  </testsuite>',
  ];
}

function testCase({ title, milliseconds = 0, finding }: ReportItem, suiteName: string, root: string): string[] {
  const open = `    <testcase classname="${escape(suiteName)}" name="${escape(title)}" time="${(milliseconds / 1000).toFixed(3)}"`;
  switch (finding.outcome) {
    case 'passed':
      return [`${open}/>`];
    case 'absent':
      return [`${open}>`, '      <skipped/>', '    </testcase>'];
    case 'allowed':
      return [`${open}>`, `      <skipped message="${escape(finding.reason)}"/>`, '    </testcase>'];
    case 'failed': {
      const text = renderDiagnostic(finding.fault, { root, colors: 'never' });
      const failure = `<failure message="${escape(finding.fault.message)}">${escape(text)}</failure>`;
      return [`${open}>`, `      ${failure}`, '    </testcase>'];
    }
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 does not have are replaced: what a machine prints can hold any. */
function escape(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
