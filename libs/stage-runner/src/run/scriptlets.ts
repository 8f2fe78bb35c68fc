import { errorFrom, type Diagnostic } from '@immutablue/diagnostics';
import { tryInContainer, isNoise } from '@immutablue/oci';
import type { Entry, ScriptletPolicy } from '@immutablue/variant';
import type { RunContext } from './context';

/** A scriptlet of a package that has failed in a transaction, which rpm goes on with in most cases. */
export interface FailedScriptlet {
  /** `post`, `triggerin` … */
  readonly scriptlet: string;
  /** The name of the package. */
  readonly name: string;
  /** The same with version, release and architecture. */
  readonly nevra: string;
  /** How it ended: `exit status 7`, `signal 9`. */
  readonly how: string;
  /** What was printed before, as far as it is likely to be the scriptlet's. */
  readonly output: readonly string[];
}

/** rpm's own words, which dnf 4 and 5 pass on: of a script, and of one in Lua. */
const FAILURES = [
  /%(?<scriptlet>\w+)\((?<nevra>[^\s)]+)\) scriptlet failed, (?<how>(?:exit status|signal) \d+|\w+\(.*)/,
  /lua script failed: \[string "%(?<scriptlet>\w+)\((?<nevra>[^\s)]+)\)"\]:(?<how>.*)/,
];

/** What dnf 4 and dnf 5 say of any scriptlet that has failed, where rpm has said nothing that tells more. */
const SUMMARIES = [
  /^Error in (?<scriptlet>\S+) scriptlet in rpm package (?<nevra>\S+)/,
  /^>>> (?:Non-critical error|Error) in %?(?<scriptlet>\w+) scriptlet: (?<nevra>\S+)/,
];

/** Lines in which the package manager says where it is: what is before them is of another package. */
const PROGRESS =
  /^\W*(?:\[ *\d+\/\d+\]|Running scriptlet|Running %|Preparing|Installing|Upgrading|Reinstalling|Removing|Erasing|Cleanup|Verifying)\b/;

const SHOWN_LINES = 10;

/** The scriptlets that have failed, by what a transaction has printed; each once. Pure. */
export function failedScriptlets(output: readonly string[]): readonly FailedScriptlet[] {
  const found = new Map<string, FailedScriptlet>();
  for (const [index, line] of output.entries()) {
    const { scriptlet = '', nevra = '', how = '' } = matchOf(FAILURES, line) ?? {};
    if (scriptlet === '' || found.has(`${scriptlet} ${nevra}`)) continue;
    const isOther = (text: string) => PROGRESS.test(text) || matchOf([...FAILURES, ...SUMMARIES], text) !== undefined;
    const start = output.slice(0, index).findLastIndex(isOther) + 1;
    const before = output.slice(Math.max(start, index - SHOWN_LINES), index).filter((text) => !isNoise(text));
    found.set(`${scriptlet} ${nevra}`, { scriptlet, nevra, how: how.trim(), output: before, name: nameOf(nevra) });
  }
  if (found.size > 0) return [...found.values()];
  return output.flatMap((line) => {
    const { scriptlet = '', nevra = '' } = matchOf(SUMMARIES, line) ?? {};
    return scriptlet === ''
      ? []
      : [{ scriptlet, nevra, how: 'see what was printed', output: [line], name: nameOf(nevra) }];
  });
}

function matchOf(patterns: readonly RegExp[], line: string): Record<string, string | undefined> | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(line);
    if (match !== null) return match.groups;
  }
  return undefined;
}

/** `lib-x` of `lib-x-1.0-2.fc44.noarch`; neither version nor release has a hyphen. */
function nameOf(nevra: string): string {
  return /^(.+)-[^-]+-[^-]+$/.exec(nevra)?.[1] ?? nevra;
}

/** What a transaction was asked for, and whose scriptlets may fail in it. */
interface Asked {
  readonly names: readonly Entry<string>[];
  readonly scriptlets: readonly Entry<ScriptletPolicy>[];
  /** Whether rpm went on, as it does after most scriptlets, or gave up: %pre and %preun decide. */
  readonly transaction: 'done' | 'failed';
}

/**
 * Warns of failed scriptlets that may fail.
 *
 * @throws {DiagnosticError} `build/scriptlet-failed` for each other one, with the line that brought the package.
 */
export async function judgeScriptlets(
  context: RunContext,
  failed: readonly FailedScriptlet[],
  { names, scriptlets, transaction }: Asked,
): Promise<void> {
  const faults: Diagnostic[] = [];
  for (const one of failed) {
    // What the package manager itself stops at cannot be allowed.
    const allowed = transaction === 'failed' ? undefined : scriptlets.find(({ value }) => value.name === one.name);
    if (allowed === undefined) faults.push(faultOf(one, await cameBy(context, one.name, names), transaction));
    else {
      const message = `%${one.scriptlet} of ${one.nevra} failed (${one.how}), as is allowed: ${allowed.value.reason}`;
      context.emit({ kind: 'warning', stage: context.stage, message });
    }
  }
  const error = errorFrom(faults);
  if (error !== undefined) throw error;
}

/** The diagnostic. Pure. */
export function faultOf(
  { scriptlet, name, nevra, how, output }: FailedScriptlet,
  entry: Entry<string> | undefined,
  transaction: Asked['transaction'],
): Diagnostic {
  const by = entry === undefined || isNamed(entry, name) ? '' : `, which \`${entry.value}\` needs,`;
  return {
    code: 'build/scriptlet-failed',
    message: `the scriptlet %${scriptlet} of \`${nevra}\`${by} failed: ${how}`,
    ...(entry === undefined ? {} : { location: entry.location }),
    notes: output,
    hint:
      transaction === 'failed'
        ? 'the package manager gave up with it; find out what it needs, and have that in the image before'
        : `what it should have done is missing in the image; where that does no harm, \`scriptlets\` says so: \`{name: ${name}, policy: allow-failure, reason: …}\``,
  };
}

/** The line that asked for a package: for it, or for what needs it. */
async function cameBy(
  context: RunContext,
  name: string,
  names: readonly Entry<string>[],
): Promise<Entry<string> | undefined> {
  const asked = names.find((entry) => isNamed(entry, name));
  if (asked !== undefined || names.length === 1) return asked ?? names[0];
  const needing = await needersOf(context, name);
  return names.find((entry) => needing.some((one) => isNamed(entry, one)));
}

/** A name, a name with its version, or the address of a file that begins with it. */
function isNamed({ value }: Entry<string>, name: string): boolean {
  const file = value.slice(value.lastIndexOf('/') + 1);
  return value === name || file.startsWith(`${name}-`);
}

/** The names of the installed packages that need a package, directly or not; dnf 4 and 5 have the same options. */
async function needersOf({ container, signal }: RunContext, name: string): Promise<readonly string[]> {
  const options = ['--installed', '--recursive', '--whatrequires', name, '--queryformat', '%{name}\n'];
  const command = ['dnf', '--quiet', '--disablerepo=*', 'repoquery', ...options];
  const { exitCode, stdout } = await tryInContainer({ container, command }, { signal });
  // Without an answer the error stands without a line, and names the package all the same.
  return exitCode === 0 ? stdout.split('\n') : [];
}
