import { escapeCharacter, visibleLines } from '../text/visible';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Text for the content or an attribute of an XML element. It is as people are shown it, and has no
 * character that XML 1.0 cannot have: https://www.w3.org/TR/xml/#charsets
 */
export function escapeXml(text: string): string {
  return visibleLines(text)
    .replaceAll(/[^\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, escapeCharacter)
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** An element with attributes and, on lines of their own, its children; without children an empty element. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(String(value))}"`);
  if (children.length === 0) return `<${name}${written.join('')}/>`;
  return `<${name}${written.join('')}>\n${children.join('\n')}\n</${name}>`;
}

/** A parser would make spaces of line breaks and tabs in an attribute. */
function attribute(text: string): string {
  return escapeXml(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** A whole document, from its outermost element. */
export function document(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}
