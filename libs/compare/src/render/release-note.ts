import type { ImageDifference } from '../difference';
import { codeSpan, tableRow } from './markdown';
import { sectionsOf, type Line, type Section } from './sections';
import { downloadText, sizeText } from './sizes';
import { firstOfEach } from './text';

/** A section that is longer is folded. */
const FOLDED = 20;

/**
 * A difference as Markdown, for the notes of a release: GitHub's flavour, which Forgejo and GitLab show as well. Names come from
 * packages and paths of images: they stand in code spans, where they have no meaning. Pure, and the same for the same images.
 */
export function releaseNote(difference: ImageDifference): string {
  const { before, after, download } = difference;
  const sections = sectionsOf(difference);
  const blocks = [
    `## Changes in ${codeSpan(after.name)}`,
    `Since ${codeSpan(before.name)}${before.digest === undefined ? '' : ` (${codeSpan(before.digest)})`}.`,
    ...(sections.length === 0 ? ['Nothing has changed.'] : sections.flatMap(sectionBlocks)),
    ...(download.layers === 0
      ? []
      : ['### Size', `- Image: ${sizeText(difference)}\n- Download from there: ${downloadText(download)}`]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionBlocks({ title, summary, lines }: Section): readonly string[] {
  const shown = title === 'files' ? firstOfEach(lines) : lines;
  const heading = `### ${title.charAt(0).toUpperCase()}${title.slice(1)}`;
  const table = tableOf(title, shown);
  const left = lines.length - shown.length;
  const more = left === 0 ? [] : [`… and ${left} more.`];
  if (shown.length <= FOLDED) return [heading, `${summary}.`, table, ...more];
  return [heading, `<details><summary>${summary}</summary>`, table, ...more, '</details>'];
}

function tableOf(title: string, lines: readonly Line[]): string {
  const hasMore = lines.some(([, , more]) => more !== '');
  const heads = ['', TITLES[title] ?? '', ...(hasMore ? [title === 'packages' ? 'version' : ''] : [])];
  return [
    tableRow(heads),
    tableRow(heads.map(() => '---')),
    ...lines.map(([what, name, more]) => tableRow([what, codeSpan(name), ...(hasMore ? [moreCell(title, more)] : [])])),
  ].join('\n');
}

/** What is said of a unit are words of ours, versions are from packages. */
function moreCell(title: string, more: string): string {
  return title === 'packages' ? codeSpan(more) : more;
}

const TITLES: Readonly<Record<string, string>> = {
  packages: 'package',
  files: 'file',
  units: 'unit',
  'kernel arguments': 'argument',
};
