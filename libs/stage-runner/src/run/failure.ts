import { relative } from 'node:path';
import {
  DiagnosticError,
  errorFrom,
  type Diagnostic,
  type SourceLocation,
  shellCommand,
} from '@immutablue/diagnostics';
import { type CommandResult } from '@immutablue/oci';
import type { Entry } from '@immutablue/variant';
import { CONTEXT_MOUNT, type PlannedScript } from '@immutablue/plan';

/** Where a failure happened, for the message. */
export interface FailedWhere {
  readonly variant: string;
  readonly stage: string;
}

/** How to look at the container as the failed step left it. */
export function shellHint(variant: string): string {
  return `to look around in the container as it is then: \`npx nx build ${variant} --on-failure=keep\``;
}

/**
 * What a failed command of a plan means: what it said of the names it was given, each traced to its line of YAML, or
 * else its last lines.
 */
export function explainCommand(
  where: FailedWhere,
  command: readonly string[],
  names: readonly Entry<string>[],
  output: readonly string[],
  result: CommandResult,
): DiagnosticError {
  const known = errorFrom([
    ...missingPackages(names, output),
    ...missingUnits(names, output),
    ...repositories(names, output),
    ...signatures(names, output),
  ]);
  if (known !== undefined) return known;
  return new DiagnosticError({
    code: 'build/sub-stage-failed',
    message: `\`${where.variant}\` failed in ${where.stage}: \`${command[0] ?? ''}\` ended with exit code ${result.exitCode}`,
    ...(names[0] === undefined ? {} : { location: names[0].location }),
    notes: [shellCommand(command), ...lastLines(output)],
    hint: shellHint(where.variant),
  });
}

/** The names that no repository has: dnf 4 and 5 both say `No match for argument: NAME`. */
export function unmatchedNames(output: readonly string[]): readonly string[] {
  return [...new Set(output.flatMap((line) => /No match for argument: (\S+)/.exec(line)?.[1] ?? []))];
}

function missingPackages(names: readonly Entry<string>[], output: readonly string[]): Diagnostic[] {
  return unmatchedNames(output).map((name) => {
    const entry = names.find((candidate) => candidate.value === name);
    return {
      code: 'build/package-not-found',
      message: `no repository has a package \`${name}\``,
      ...(entry === undefined ? {} : { location: entry.location }),
      hint: 'check the name, and that the repository which has it is in `repo_urls` for this release and architecture',
    };
  });
}

/** systemctl says `Unit file NAME does not exist.` or `Failed to enable unit: Unit NAME not found.` */
function missingUnits(names: readonly Entry<string>[], output: readonly string[]): Diagnostic[] {
  return output.flatMap((line): Diagnostic[] => {
    const unit = /[Uu]nit (?:file )?"?(\S+?)"? (?:does not exist|not found)/.exec(line)?.[1];
    if (unit === undefined) return [];
    const entry = names.find((candidate) => candidate.value === unit || `${candidate.value}.service` === unit);
    return [
      {
        code: 'build/unit-not-found',
        message: `there is no unit \`${unit}\` in the image`,
        ...(entry === undefined ? {} : { location: entry.location }),
        hint: 'a package or an override must bring it; units have their type in the name, like `sshd.service`',
      },
    ];
  });
}

/** What curl, dnf 4 and dnf 5 say when a server does not answer or has no such file. */
const UNREACHABLE =
  /curl: \(\d+\)|Failed to download metadata for repo|Curl error \(\d+\)|Cannot download repomd\.xml|Failed to open: /i;

/** The lines that say that a repository cannot be read. */
export function unreachableLines(output: readonly string[]): readonly string[] {
  return output.filter((text) => UNREACHABLE.test(text));
}

function repositories(names: readonly Entry<string>[], output: readonly string[]): Diagnostic[] {
  const lines = unreachableLines(output);
  if (lines.length === 0) return [];
  const repository = lines.flatMap((line) => /for repo(?:sitory)? ['"]?([\w.-]+)/.exec(line)?.[1] ?? [])[0];
  const entry =
    // Addresses only: `git` is in many a line.
    names.find(({ value }) => value.includes('/') && lines.some((line) => line.includes(value))) ??
    (repository === undefined ? names[0] : undefined);
  return [
    {
      code: 'build/repository-down',
      message: `${repository === undefined ? 'a repository' : `the repository \`${repository}\``} cannot be reached`,
      ...(entry === undefined ? {} : { location: entry.location }),
      notes: lines.map((line) => line.trim()),
      hint: 'try again later, or check the address; nothing was changed and the previous image is still there',
    },
  ];
}

/** What a package needs that nothing in sight has: dnf 4 and dnf 5 say `nothing provides X needed by Y from REPOSITORY`. */
export function unmetNeeds(output: readonly string[]): readonly { readonly what: string; readonly by: string }[] {
  const needs = output.flatMap((line): [string, { what: string; by: string }][] => {
    const { what, by } = /nothing provides (?<what>.+?) needed by (?<by>\S+)/.exec(line)?.groups ?? {};
    return what === undefined || by === undefined ? [] : [[`${what} ${by}`, { what, by }]];
  });
  return [...new Map(needs).values()];
}

const NOT_SIGNED = /Package (\S+) is not signed|Public key for (\S+) is not installed|PGP check for package "([^"]+)"/;

/** dnf 4 says `Package FILE is not signed` or `Public key for FILE is not installed`, dnf 5 `PGP check for package "FILE"`. */
function signatures(names: readonly Entry<string>[], output: readonly string[]): Diagnostic[] {
  const files = output.flatMap((line) => {
    const [, ...told] = NOT_SIGNED.exec(line) ?? [];
    return told.filter((file): file is string => typeof file === 'string');
  });
  return [...new Set(files)].map((file): Diagnostic => {
    const entry = names.find(({ value }) => file.startsWith(`${value}-`));
    return {
      code: 'build/not-signed',
      message: `the package \`${file}\` is not signed with a key of its repository`,
      ...(entry === undefined ? {} : { location: entry.location }),
      hint: 'the repository definition names the key as `gpgkey=`; an unsigned package is never installed',
    };
  });
}

/**
 * What a failed script says of itself: the line, as `99-common.sh` or bash report it.
 *
 * @param source the script's text.
 */
export function explainScript(
  where: FailedWhere,
  script: PlannedScript,
  source: string,
  output: readonly string[],
  result: CommandResult,
): DiagnosticError {
  return new DiagnosticError({
    code: 'build/sub-stage-failed',
    message: `\`${where.variant}\` failed in ${where.stage}: the script ended with exit code ${result.exitCode}`,
    location: scriptLocation(script, source, output) ?? { file: script.file, line: 1, column: 1 },
    notes: lastLines(output.filter((line) => !line.startsWith(FAILURE_MARK))),
    hint: shellHint(where.variant),
  });
}

/** How many lines of a command's output an error shows; all of it was shown while it ran. */
const SHOWN_LINES = 20;

function lastLines(output: readonly string[]): readonly string[] {
  return output.slice(-SHOWN_LINES);
}

/** The first word of the line in which `99-common.sh` reports a failed command. */
export const FAILURE_MARK = 'immutablue-failure\t';

function scriptLocation(script: PlannedScript, source: string, output: readonly string[]): SourceLocation | undefined {
  for (const text of output) {
    // exit code, file, line, command
    const marked = /^immutablue-failure\t\d+\t([^\t]+)\t(\d+)\t/.exec(text);
    const told = marked ?? /^([^\s:]+): line (\d+): /.exec(text);
    if (told?.[1] === undefined || told[2] === undefined || !told[1].startsWith(`${CONTEXT_MOUNT}/`)) continue;
    const file = `${script.sees.folder}/${relative(CONTEXT_MOUNT, told[1])}`;
    const line = Number(told[2]);
    return { file, line, column: 1, ...(file === script.file ? shownLine(source, line) : {}) };
  }
  return undefined;
}

/** The line of a script without its indentation and line break as the span that is meant. */
function shownLine(source: string, line: number): Pick<SourceLocation, 'column' | 'length' | 'text'> {
  const text = source.split('\n')[line - 1]?.trimEnd();
  // A syntax error can be reported at the line after the last.
  if (text === undefined || text === '') return { column: 1 };
  const column = text.length - text.trimStart().length + 1;
  return { column, text, length: text.length - column + 1 };
}
