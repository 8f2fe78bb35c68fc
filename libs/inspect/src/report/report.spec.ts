import { inspectionJson, inspectionJunit, type InspectionReport, type InspectionResult } from './report';
import { renderResult, renderSummary } from './text';

const location = { file: '/w/packages/teal/variant.yaml', line: 5, column: 3 };

const CHECKS: readonly InspectionResult[] = [
  { name: 'kernel', title: 'there is one kernel', findings: [], obstacles: [], milliseconds: 1 },
  {
    name: 'overrides',
    title: 'overrides are as in their trees',
    findings: [
      {
        finding: { path: '/a', message: '`/a` <is> "edited"\u0007', location, hint: 'build again' },
        verdict: { kind: 'fault' },
      },
      {
        finding: { path: '/b', message: '`/b` is gone' },
        verdict: { kind: 'explained', explanation: 'a script did it' },
      },
    ],
    obstacles: [],
    milliseconds: 20.4,
  },
  {
    name: 'var-log',
    title: 'no log',
    findings: [
      {
        finding: { path: '/var/log/x', message: '`/var/log/x` is a log' },
        verdict: { kind: 'allowed', allowed: { reason: 'wanted', location } },
      },
      ...['a', 'b', 'c', 'd'].map((name) => ({
        finding: { path: `/var/log/${name}`, message: `\`/var/log/${name}\` is a log` },
        verdict: { kind: 'inherited', owner: { kind: 'upstream', name: 'quay.io/x/y:44' } } as const,
      })),
    ],
    obstacles: [],
    milliseconds: 3,
  },
  {
    name: 'quadlets',
    title: 'podman makes units',
    findings: [],
    obstacles: [{ code: 'test/not-run', message: 'no podman', notes: ['line'], hint: 'install it' }],
    milliseconds: 0,
  },
];
const REPORT: InspectionReport = { variant: 'teal', reference: 'localhost/teal:44', imageId: 'abc', checks: CHECKS };

it('is a line for each check, with its findings below', () => {
  const lines = CHECKS.map((check) => renderResult(check, '/w', 9));
  expect([...lines, renderSummary(REPORT)].join('\n')).toMatchInlineSnapshot(`
   "ok      kernel     there is one kernel
   FAILED  overrides  overrides are as in their trees
             \`/a\` <is> "edited"\\x07
               --> packages/teal/variant.yaml:5:3
               hint: build again
             explained: \`/b\` is gone
               because: a script did it
   allowed var-log    no log
             allowed: \`/var/log/x\` is a log
               because: wanted (packages/teal/variant.yaml:5:3)
             upstream (quay.io/x/y:44): \`/var/log/a\` is a log
             upstream (quay.io/x/y:44): \`/var/log/b\` is a log
             upstream (quay.io/x/y:44): \`/var/log/c\` is a log
             and 1 more of this kind, see dist/test.json
   FAILED  quadlets   podman makes units
             could not be done: no podman
               | line
               hint: install it
   localhost/teal:44: 2 passed, 2 failed"
  `);
});

it('is a test case of JUnit for each check', () => {
  expect(inspectionJunit(REPORT, '/w')).toMatchInlineSnapshot(`
   "<?xml version="1.0" encoding="UTF-8"?>
   <testsuites name="localhost/teal:44" tests="4" failures="1" errors="1" skipped="0" time="0.024">
   <testsuite name="localhost/teal:44" tests="4" failures="1" errors="1" skipped="0" time="0.024">
   <testcase classname="teal" name="kernel: there is one kernel" time="0.001"/>
   <testcase classname="teal" name="overrides: overrides are as in their trees" time="0.020">
   <failure type="failure" message="\`/a\` &lt;is&gt; &quot;edited&quot;\\x07 (packages/teal/variant.yaml:5:3)">
   \`/a\` &lt;is&gt; &quot;edited&quot;\\x07 (packages/teal/variant.yaml:5:3)
   build again
   </failure>
   <system-out>a script did it: \`/b\` is gone</system-out>
   </testcase>
   <testcase classname="teal" name="var-log: no log" time="0.003">
   <system-out>allowed, wanted: \`/var/log/x\` is a log
   of quay.io/x/y:44: \`/var/log/a\` is a log
   of quay.io/x/y:44: \`/var/log/b\` is a log
   of quay.io/x/y:44: \`/var/log/c\` is a log
   of quay.io/x/y:44: \`/var/log/d\` is a log</system-out>
   </testcase>
   <testcase classname="teal" name="quadlets: podman makes units" time="0.000">
   <error type="error" message="no podman">
   no podman
   line
   install it
   </error>
   </testcase>
   </testsuite>
   </testsuites>
   "
  `);
});

it('is JSON with every finding', () => {
  const { checks } = JSON.parse(inspectionJson(REPORT, '/w')) as { checks: { status: string; findings: unknown[] }[] };
  expect(checks.map(({ status, findings }) => [status, findings.length])).toEqual([
    ['ok', 0],
    ['failed', 2],
    ['allowed', 5],
    ['failed', 0],
  ]);
  expect(checks[1]?.findings[0]).toMatchObject({
    path: '/a',
    verdict: 'fault',
    location: 'packages/teal/variant.yaml:5:3',
  });
  expect(checks[2]?.findings[1]).toMatchObject({ verdict: 'upstream', of: 'quay.io/x/y:44' });
});
