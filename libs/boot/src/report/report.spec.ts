import { lineOf, summaryOf } from './lines';
import { bootJson, bootJunit, failedBy, PASSED, type BootReport } from './report';

const REPORT: BootReport = {
  reference: 'localhost/x:44',
  machine: 'systemd-nspawn',
  items: [
    { boot: 1, subject: 'check', title: 'a <b>', milliseconds: 1234, ...PASSED },
    {
      boot: 1,
      subject: 'unit',
      title: 'unit x\u0007',
      findings: [
        {
          finding: { code: 'boot/unit-failed', message: 'the unit `x` failed', notes: ['why'] },
          verdict: { kind: 'allowed', allowed: { reason: 'it may' } },
        },
      ],
      obstacles: [],
    },
    { boot: 1, subject: 'scripts', title: 'on_boot: no results', ...PASSED, absent: 'results of `on_boot`' },
    {
      boot: 2,
      subject: 'check',
      title: 'c',
      ...failedBy({
        code: 'boot/check-failed',
        message: '"c" & d',
        location: { file: '/w/boot-checks.yaml', line: 2, column: 3 },
        notes: ['\u001b[1m'],
      }),
    },
  ],
};

it('is a line for each result, and one that counts', () => {
  expect([...REPORT.items.map(lineOf), summaryOf(REPORT)].join('\n')).toMatchInlineSnapshot(`
   "ok      boot 1: a <b> (1.2 s)
   allowed boot 1: unit x\\x07: it may
   -       boot 1: on_boot: no results
   FAILED  boot 2: c
   localhost/x:44: 1 passed, 1 failed, 1 allowed"
  `);
});

it('has a suite of JUnit for each boot, with what failed and what may', () => {
  expect(bootJunit(REPORT, '/w')).toMatchInlineSnapshot(`
   "<?xml version="1.0" encoding="UTF-8"?>
   <testsuites name="localhost/x:44" tests="4" failures="1" errors="0" skipped="1" time="1.234">
   <testsuite name="localhost/x:44 boot 1" tests="3" failures="0" errors="0" skipped="1" time="1.234">
   <testcase classname="localhost/x:44 boot 1" name="a &lt;b&gt;" time="1.234"/>
   <testcase classname="localhost/x:44 boot 1" name="unit x\\x07" time="0.000">
   <system-out>allowed, it may: the unit \`x\` failed</system-out>
   </testcase>
   <testcase classname="localhost/x:44 boot 1" name="on_boot: no results" time="0.000">
   <skipped message="results of \`on_boot\`"/>
   </testcase>
   </testsuite>
   <testsuite name="localhost/x:44 boot 2" tests="1" failures="1" errors="0" skipped="0" time="0.000">
   <testcase classname="localhost/x:44 boot 2" name="c" time="0.000">
   <failure type="failure" message="&quot;c&quot; &amp; d (boot-checks.yaml:2:3)">
   &quot;c&quot; &amp; d (boot-checks.yaml:2:3)
   \\x1b[1m
   </failure>
   </testcase>
   </testsuite>
   </testsuites>
   "
  `);
});

it('is JSON with the status of each and what was found', () => {
  const { items, ...rest } = JSON.parse(bootJson(REPORT, '/w')) as { items: unknown[] };
  expect(rest).toEqual({ reference: 'localhost/x:44', machine: 'systemd-nspawn' });
  expect(items).toMatchObject([
    { boot: 1, subject: 'check', title: 'a <b>', status: 'ok', milliseconds: 1234, findings: [] },
    { title: 'unit x\u0007', status: 'allowed', findings: [{ verdict: 'allowed', reason: 'it may' }] },
    { subject: 'scripts', status: 'absent', absent: 'results of `on_boot`' },
    {
      boot: 2,
      status: 'failed',
      findings: [{ code: 'boot/check-failed', verdict: 'fault', location: 'boot-checks.yaml:2:3' }],
    },
  ]);
});
