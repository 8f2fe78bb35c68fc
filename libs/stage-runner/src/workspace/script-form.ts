import { type Diagnostic, type SourceLocation } from '@immutablue/diagnostics';
import { quoted } from '@immutablue/variant';

const UTF_8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** The first lines that say what is done in any case: that bash runs the script. */
const BASH = /^#!\s*(?:(?:\/usr)?\/bin\/bash|\/usr\/bin\/env\s+bash)\s*$/;
const BASH_WITH_OPTIONS = /^#!\s*(?:(?:\/usr)?\/bin\/bash|\/usr\/bin\/env\s+(?:-S\s+)?bash)\s+(?<options>-.*)$/;

/** How many characters of a line are shown. */
const LINE_SHOWN = 120;

/**
 * What keeps bash from running a script as it is meant: line ends of Windows, a byte order mark, UTF-16, bytes that are no text,
 * a first line for another interpreter.
 *
 * @param file the script's path, for the diagnostics.
 */
export function checkScriptForm(content: Buffer, file: string): readonly Diagnostic[] {
  if (UTF_16_MARKS.some((mark) => content.subarray(0, 2).equals(mark))) {
    return [byteOrderMark('the script is UTF-16, which bash does not read', file)];
  }
  const hasMark = content.subarray(0, 3).equals(UTF_8_MARK);
  const text = content.subarray(hasMark ? 3 : 0).toString();
  return [
    ...(hasMark ? [byteOrderMark('the script begins with a byte order mark', file)] : []),
    ...noText(text, file),
    ...lineEnds(text, file),
    ...interpreter(text, file),
  ];
}

function byteOrderMark(message: string, file: string): Diagnostic {
  return {
    code: 'script/byte-order-mark',
    message,
    location: { file, line: 1, column: 1 },
    hint: 'save it as UTF-8 without a byte order mark',
  };
}

function noText(text: string, file: string): readonly Diagnostic[] {
  const offset = text.indexOf('\0');
  if (offset === -1) return [];
  return [
    {
      code: 'script/not-bash',
      message: 'the script holds a byte 0: it is a program, or no text at all',
      location: placeOf(text, offset, file),
      hint: 'have a script call the program',
    },
  ];
}

function lineEnds(text: string, file: string): readonly Diagnostic[] {
  const offset = text.search(/\r(?:\n|$)/);
  if (offset === -1) return [];
  return [
    {
      code: 'script/line-ends',
      message: 'the lines of the script end as on Windows, with a carriage return',
      location: placeOf(text, offset, file),
      hint: `\`sed -i 's/\\r$//' ${file.slice(file.lastIndexOf('/') + 1)}\`, and \`*.sh text eol=lf\` in .gitattributes`,
    },
  ];
}

function interpreter(text: string, file: string): readonly Diagnostic[] {
  const [line = ''] = text.split(/\r?\n/, 1);
  if (!line.startsWith('#!') || BASH.test(line)) return [];
  const shown = line.slice(0, LINE_SHOWN);
  const location = { file, line: 1, column: 1, length: shown.length, text: shown };
  const options = BASH_WITH_OPTIONS.exec(line)?.groups?.['options'];
  if (options !== undefined) {
    const hint = `write \`#!/usr/bin/env bash\`, and what is needed beyond \`-euo pipefail\` as \`set\` in a line of its own`;
    const message = `${quoted(line)}: options in the first line of a script count for nothing`;
    return [{ code: 'script/not-bash', message, location, hint }];
  }
  return [
    {
      code: 'script/not-bash',
      message: `${quoted(line)}: scripts of sub-stages are run by bash`,
      location,
      hint: 'write `#!/usr/bin/env bash`; a program in another language can be called from it',
    },
  ];
}

/** The place of a character. Characters that act on a terminal are among those after it: its line is shown up to there. */
function placeOf(text: string, offset: number, file: string): SourceLocation {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  const place = { file, line: before.split('\n').length, column: offset - start + 1, length: 1 };
  return place.column > LINE_SHOWN ? place : { ...place, text: before.slice(start) };
}
