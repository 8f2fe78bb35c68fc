import { formatDuration, type Diagnostic } from '@immutablue/diagnostics';
import { type AgentMessage } from '../agent/message';
import { type ExpectedOutput } from '../checks-file/boot-checks';
import { type BootPlan, type PlannedCheck } from '../checks-file/plan';
import { failedBy, PASSED, type BootResult } from './report';
import { assessResults } from './results';

type MessageOf<Kind extends AgentMessage['kind']> = Extract<AgentMessage, { kind: Kind }>;

/** How many lines of a failed check's output are shown. */
const SHOWN_LINES = 20;

/** `timeout` ends so when the time was up; timeout(1). */
const TIMED_OUT = [124, 137];

/**
 * What a message of the agent means: a line of the report, or nothing.
 *
 * @param sinceStart milliseconds since the machine was started.
 */
export function assessMessage(
  plan: BootPlan,
  boot: number,
  message: AgentMessage,
  sinceStart: number,
): BootResult | undefined {
  switch (message.kind) {
    case 'state':
      return { boot, milliseconds: sinceStart, ...assessState(message, sinceStart) };
    case 'unit':
      return { boot, ...assessUnit(plan, message) };
    case 'results':
      return { boot, ...assessResults(message.occasion, message.content) };
    case 'check': {
      const check = plan.checks[message.number];
      return check === undefined ? undefined : { boot, ...assessCheck(check, message) };
    }
    case 'boot':
    case 'started':
    case 'end':
      return undefined;
  }
}

/** What is found of one thing, whichever boot it was. */
type Assessment = Omit<BootResult, 'boot'>;

/** A degraded system runs; which units have failed is reported of each. */
function assessState({ state, analysis }: MessageOf<'state'>, sinceStart: number): Assessment {
  if (state === 'running' || state === 'degraded') {
    return {
      subject: 'system',
      title: `the system is ${state}`,
      detail: `after ${formatDuration(sinceStart)}: ${analysis.trim().toLowerCase()}`,
      ...PASSED,
    };
  }
  const waits = state === 'timeout';
  return {
    subject: 'system',
    title: waits ? 'the system did not start in time' : `the system is ${state}`,
    ...failedBy({
      code: 'boot/not-running',
      message: waits
        ? `the system was still starting after ${formatDuration(sinceStart)}`
        : `the system is \`${state}\` instead of running`,
      notes: analysis.split('\n'),
      hint: waits
        ? 'these jobs were not done: look at what they wait for in dist/boot.log, or give it more time with `--timeout`'
        : 'dist/boot.log has what the console said',
    }),
  };
}

function assessUnit(plan: BootPlan, { unit, journal }: MessageOf<'unit'>): Assessment {
  const allowed = plan.allowedFailedUnits.find((candidate) => candidate.unit === unit);
  const finding: Diagnostic = {
    code: 'boot/unit-failed',
    message: `the unit \`${unit}\` failed`,
    notes: journal.trimEnd().split('\n'),
    hint: 'if that is no fault of the image, allow it in boot-checks.yaml: `allow_failed_units`, with the reason',
  };
  return {
    subject: 'unit',
    title: `unit ${unit}`,
    ...(allowed === undefined
      ? failedBy(finding)
      : { findings: [{ finding, verdict: { kind: 'allowed', allowed } }], obstacles: [] }),
  };
}

function assessCheck(check: PlannedCheck, message: MessageOf<'check'>): Assessment {
  const problem = problemOf(check, message);
  return {
    subject: 'check',
    title: `${check.variant}: ${check.name}`,
    milliseconds: message.milliseconds,
    ...(problem === undefined
      ? PASSED
      : failedBy({
          code: 'boot/check-failed',
          message: `the check \`${check.name}\` ${problem}`,
          location: check.location,
          notes: outputOf(message),
        })),
  };
}

function problemOf(
  { expected, timeoutSeconds }: PlannedCheck,
  { exitCode, stdout }: MessageOf<'check'>,
): string | undefined {
  if (TIMED_OUT.includes(exitCode)) return `did not end within ${timeoutSeconds} s`;
  if (exitCode !== 0) return `ended with exit code ${exitCode}`;
  return isExpected(expected, stdout) ? undefined : `printed something else than ${describe(expected)}`;
}

function isExpected(expected: ExpectedOutput, stdout: string): boolean {
  switch (expected.kind) {
    case 'anything':
      return true;
    case 'text':
      return stdout.trimEnd() === expected.text.trimEnd();
    case 'pattern':
      return expected.pattern.test(stdout);
  }
}

function describe(expected: ExpectedOutput): string {
  switch (expected.kind) {
    case 'anything':
      return 'anything';
    case 'text':
      return `\`${expected.text.trimEnd()}\``;
    case 'pattern':
      return `what matches \`${expected.pattern.source}\``;
  }
}

function outputOf({ stdout, stderr }: MessageOf<'check'>): string[] {
  const lines = [stdout, stderr].flatMap((text) => (text.trim() === '' ? [] : text.trimEnd().split('\n')));
  return lines.length === 0 ? ['it printed nothing'] : lines.slice(-SHOWN_LINES);
}
