import { readText } from '@immutablue/oci';
import { DiagnosticError, type SourceLocation } from '@immutablue/diagnostics';
import type { EffectiveEntry } from '@immutablue/overrides';
import type { PlanCheck } from '../../check';
import type { InspectContext } from '../../context';
import type { Finding } from '../../finding';
import type { ProgramOfImage } from '../../image-root';
import { askedUnits, overridesOf, type AskedUnit } from '../../plan-steps';
import { readVerifyOutput, type UnitMessage } from './verify-output';

type Scope = AskedUnit['scope'];

/** A unit that the variant brings or enables. */
interface OwnUnit {
  readonly name: string;
  /** The override, or the line that enables it. */
  readonly location: SourceLocation;
}

const UNIT_FILE =
  /^\/(?:usr\/lib|etc)\/systemd\/(?<scope>system|user)\/(?<name>[^/]+\.(?:service|socket|timer|path|mount|automount|target|swap|slice|scope))(?:\.d\/[^/]+\.conf)?$/;

export const unitFiles: PlanCheck = {
  kind: 'plan',
  name: 'unit-files',
  title: 'systemd finds nothing wrong with units that the variant brings or enables',
  run: async (context) => [...(await verify(context, 'system')), ...(await verify(context, 'user'))],
};

async function verify(context: InspectContext, scope: Scope): Promise<Finding[]> {
  const units = ownUnits(context, scope);
  if (units.size === 0) return [];
  const { exitCode, stdout } = await runVerify(context, scope, [...units.keys()]);
  const overrides = new Map(overridesOf(context.plan).map((entry) => [entry.path as string, entry]));
  const findings: Finding[] = [];
  for (const message of readVerifyOutput(stdout)) {
    const finding = await findingOf(message, units, overrides);
    if (finding !== undefined) findings.push(finding);
  }
  if (exitCode !== 0 && findings.length === 0) {
    throw new DiagnosticError({
      code: 'test/not-run',
      message: `\`systemd-analyze verify\` of ${scope} units ended with exit code ${exitCode}`,
      notes: stdout.split('\n').slice(-5),
    });
  }
  return findings;
}

/** The units of one scope by name; that the variant brings them counts more than that it enables them. */
function ownUnits({ plan }: InspectContext, scope: Scope): ReadonlyMap<string, OwnUnit> {
  const enabled = askedUnits(plan)
    .filter((unit) => unit.scope === scope && unit.action === 'enable')
    .map(({ name, location }) => ({ name, location }));
  const brought = overridesOf(plan).flatMap(({ path, source, type }): OwnUnit[] => {
    const groups = UNIT_FILE.exec(path)?.groups;
    if (type !== 'file' || groups?.['scope'] !== scope) return [];
    return [{ name: groups['name'] ?? '', location: { file: source, line: 1, column: 1 } }];
  });
  return new Map([...enabled, ...brought].map((unit) => [unit.name, unit]));
}

async function runVerify({ run }: InspectContext, scope: Scope, names: readonly string[]) {
  const program = (flags: readonly string[]): ProgramOfImage => ({
    // The user's manager needs a directory of its own, also for a look at its units.
    command: [
      'sh',
      '-c',
      'mkdir -p "$XDG_RUNTIME_DIR" && exec systemd-analyze "$@"',
      'systemd-analyze',
      'verify',
      `--${scope}`,
      ...flags,
      ...names,
    ],
    environment: { XDG_RUNTIME_DIR: '/run/user/0' },
    needs: 'systemd-analyze',
  });
  // Units of packages that the variant did not choose are their own matter. systemd before 250 does not know the flags.
  const result = await run(program(['--man=no', '--recursive-errors=no']));
  return result.stdout.includes('unrecognized option') ? run(program([])) : result;
}

/** Undefined for a message about another unit than those that were asked about. */
async function findingOf(
  { subject, line, text }: UnitMessage,
  units: ReadonlyMap<string, OwnUnit>,
  overrides: ReadonlyMap<string, EffectiveEntry>,
): Promise<Finding | undefined> {
  const override = overrides.get(subject);
  if (override !== undefined) {
    const source = (await readText(override.source)).split('\n')[(line ?? 1) - 1];
    const location = { file: override.source, line: line ?? 1, column: 1 };
    return {
      path: subject,
      message: `\`${subject}\`: ${withoutFullStop(text)}`,
      location: source === undefined ? location : { ...location, text: source, length: source.length },
    };
  }
  const unit = units.get(subject.slice(subject.lastIndexOf('/') + 1));
  if (unit === undefined) return undefined;
  const where = line === undefined ? subject : `${subject}:${line}`;
  return {
    ...(subject.startsWith('/') ? { path: subject } : {}),
    message: `\`${where}\`: ${withoutFullStop(text)}`,
    location: unit.location,
  };
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, '');
}
