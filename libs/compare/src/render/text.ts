import { fitTo, renderTable, visible } from '@immutablue/diagnostics';
import type { ComparedImage, ImageDifference } from '../difference';
import { sectionsOf, type Line, type Section } from './sections';
import { downloadText, sizeText } from './sizes';

const COLUMNS = 80;
/** Of files: with a new parent there may be thousands. */
const SHOWN = 15;
const UNTITLED = { title: '', align: 'left' } as const;

/** A difference as a person reads it on a terminal, in lines of no more than 80 columns. Pure. */
export function renderDifference(difference: ImageDifference): string {
  const sections = sectionsOf(difference);
  const lines = [
    ...imageLines('before', difference.before),
    ...imageLines('after', difference.after),
    ...sections.flatMap((section) => ['', ...sectionLines(section)]),
    '',
    ...(sections.length === 0 ? ['nothing has changed'] : []),
    ...(difference.download.layers === 0 ? [] : sizeLines(difference)),
  ];
  return lines.map((line) => fitTo(COLUMNS, line)).join('\n');
}

function sizeLines(difference: ImageDifference): readonly string[] {
  const rows = [
    ['size', sizeText(difference)],
    ['download', downloadText(difference.download)],
  ];
  return renderTable([UNTITLED, UNTITLED], rows);
}

/** Names may be long: a digest has a line of its own. */
function imageLines(side: string, { name, digest }: ComparedImage): readonly string[] {
  return [`${side.padEnd(8)}${visible(name)}`, ...(digest === undefined ? [] : [`${' '.repeat(8)}${digest}`])];
}

function sectionLines({ title, summary, lines }: Section): readonly string[] {
  const shown = title === 'files' ? firstOfEach(lines) : lines;
  const left = lines.length - shown.length;
  return [
    `${title}: ${summary}`,
    ...renderTable([UNTITLED, UNTITLED, UNTITLED], shown).map((line) => `  ${line}`),
    ...(left === 0 ? [] : [`  … and ${left} more; --json has all`]),
  ];
}

/** The first of each kind of change: they are in the order of their importance. */
export function firstOfEach(lines: readonly Line[]): readonly Line[] {
  const seen = new Map<string, number>();
  return lines.filter(([what]) => {
    const number = (seen.get(what) ?? 0) + 1;
    seen.set(what, number);
    return number <= SHOWN;
  });
}
