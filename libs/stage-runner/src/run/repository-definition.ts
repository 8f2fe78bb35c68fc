import type { LockSelection } from '@immutablue/variant';

/** A word of a setting's value, with its place in the definition. */
export interface DefinitionWord {
  /** With the variables replaced that every package manager has. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** The line that it is in. */
  readonly source: string;
}

/** A repository: one section of a definition. */
export interface DefinitionSection {
  readonly id: string;
  /** The words of each setting, by its name. */
  readonly settings: ReadonlyMap<string, readonly DefinitionWord[]>;
}

/**
 * The repositories of a definition, in the INI format of dnf.conf(5): a value goes on in the lines after it that are indented. A
 * variable that the package manager does not set itself stays as it is. Pure.
 */
export function parseDefinition(
  text: string,
  { release, architecture }: Pick<LockSelection, 'release' | 'architecture'>,
): readonly DefinitionSection[] {
  const variables: Readonly<Record<string, string>> = {
    releasever: release,
    releasever_major: release,
    basearch: architecture,
    arch: architecture,
  };
  const sections: { id: string; settings: Map<string, DefinitionWord[]> }[] = [];
  let words: DefinitionWord[] = [];
  for (const [index, source] of text.split('\n').entries()) {
    const id = /^[ \t]*\[([^\]]+)\]/.exec(source)?.[1];
    if (id !== undefined) {
      sections.push({ id, settings: new Map() });
      words = [];
    }
    if (id !== undefined || /^[ \t]*(?:[#;]|$)/.test(source)) continue;
    const [start = '', key] = /^([A-Za-z0-9_]+)[ \t]*[=:]/.exec(source) ?? [];
    if (key !== undefined) {
      words = [];
      sections.at(-1)?.settings.set(key.toLowerCase(), words);
    }
    for (const { 0: word, index: at } of source.slice(start.length).matchAll(/[^\s,]+/g)) {
      const replaced = word.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => variables[name] ?? whole);
      words.push({ text: replaced, line: index + 1, column: start.length + at + 1, source });
    }
  }
  return sections;
}
