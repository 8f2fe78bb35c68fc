import { type BootReport } from './item';
import { renderJunit } from './junit';

const REPORT: BootReport = {
  reference: 'localhost/x:44',
  machine: 'systemd-nspawn',
  items: [
    { boot: 1, subject: 'check', title: 'a <b>', milliseconds: 1234, finding: { outcome: 'passed' } },
    { boot: 1, subject: 'unit', title: 'unit x', finding: { outcome: 'allowed', reason: 'it may' } },
    {
      boot: 2,
      subject: 'check',
      title: 'c',
      finding: { outcome: 'failed', fault: { code: 'boot/check-failed', message: '"c" & d', notes: ['\u001b[1m'] } },
    },
  ],
};

describe('renderJunit', () => {
  it('has a suite for each boot, with what failed and what may', () => {
    expect(renderJunit(REPORT, '/w')).toMatchInlineSnapshot(`
     "<?xml version="1.0" encoding="UTF-8"?>
     <testsuites>
     <testsuite name="localhost/x:44 boot 1" tests="2" failures="0" skipped="1">
     <testcase classname="localhost/x:44 boot 1" name="a &lt;b&gt;" time="1.234"/>
     <testcase classname="localhost/x:44 boot 1" name="unit x" time="0.000">
     <skipped message="it may"/>
     </testcase>
     </testsuite>
     <testsuite name="localhost/x:44 boot 2" tests="1" failures="1" skipped="0">
     <testcase classname="localhost/x:44 boot 2" name="c" time="0.000">
     <failure message="&quot;c&quot; &amp; d">
     error[boot/check-failed]: &quot;c&quot; &amp; d
       | \\x1b[1m
     </failure>
     </testcase>
     </testsuite>
     </testsuites>
     "
    `);
  });
});
