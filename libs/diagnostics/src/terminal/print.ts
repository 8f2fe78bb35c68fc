import { diagnosticsOf } from '../diagnostics-of';
import { annotationOf } from '../report/annotation';
import { renderError, type RenderOptions } from '../render';
import { visibleJson } from '../text/json';
import { visibleLines } from '../text/visible';

/*
 * All that the workspace writes for people goes through here: nothing that comes from outside can act on a terminal. Lint refuses
 * `console` and streams of this process elsewhere.
 */

/** Prints one or more lines. */
export function print(text: string): void {
  console.log(visibleLines(text));
}

/** Prints a single line: whatever is named in it, it does not become two. */
export function printLine(line: string): void {
  console.log(singleLine(line));
}

/** Prints a value as JSON, for programs. */
export function printJson(value: unknown): void {
  console.log(visibleJson(value));
}

/** Prints what `error` says to standard error, between empty lines; on GitHub also so that it is shown at its lines. */
export function printError(
  error: unknown,
  options: RenderOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): void {
  console.error(`\n${renderError(error, options)}\n`);
  if (environment['GITHUB_ACTIONS'] !== 'true') return;
  for (const diagnostic of diagnosticsOf(error)) console.error(annotationOf(diagnostic, options.root));
}

/** Writes single lines to a stream: none of them becomes two. */
export function lineWriter(stream: { readonly write: (text: string) => unknown }): (line: string) => void {
  return (line) => {
    stream.write(`${singleLine(line)}\n`);
  };
}

function singleLine(line: string): string {
  return visibleLines(line).replaceAll('\n', '\\x0a');
}
