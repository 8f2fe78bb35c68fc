import { relative } from 'node:path';
import type { Diagnostic } from '../diagnostic';
import { visible } from '../text/visible';

/**
 * A diagnostic as a command of GitHub's runners, which shows it at its line of a changed file: one line of text.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
 *
 * @param root what the file is named from.
 */
export function annotationOf({ code, message, location, hint }: Diagnostic, root: string): string {
  const place =
    location === undefined ? {} : { file: relative(root, location.file), line: location.line, col: location.column };
  const properties = Object.entries({ ...place, title: code }).map(
    ([name, value]) => `${name}=${property(String(value))}`,
  );
  return `::error ${properties.join(',')}::${data(hint === undefined ? message : `${message}\nhint: ${hint}`)}`;
}

function data(text: string): string {
  const lines = text.split('\n').map((line) => visible(line));
  return lines.join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
