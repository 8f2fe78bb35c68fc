/** A repository definition with `gpgcheck=1` in every section, and what was changed to make it so. */
export interface SignedDefinition {
  readonly text: string;
  /** The sections that did not check signatures. */
  readonly changed: readonly string[];
  readonly sections: readonly string[];
}

/** Turns signature checks on in a repository definition, the INI format of dnf.conf(5). Everything else stays as it is. */
export function requireSignatures(text: string): SignedDefinition {
  const sections: string[] = [];
  const changed: string[] = [];
  // Split before each section's first line; what stands before the first one belongs to none.
  const parts = text.split(/^(?=[ \t]*\[)/m).map((part) => {
    const name = HEADING.exec(part)?.[1];
    if (name === undefined) return part;
    sections.push(name);
    if (/^[ \t]*gpgcheck[ \t]*[=:][ \t]*(1|true|yes|on)[ \t]*\r?$/im.test(part)) return part;
    changed.push(name);
    const without = part.replaceAll(/^[ \t]*gpgcheck[ \t]*[=:].*(\n|$)/gim, '');
    return without.replace(HEADING, '$&\ngpgcheck=1').replace(/\n?$/, '\n');
  });
  return { text: parts.join(''), changed, sections };
}

/** The first line of a section. */
const HEADING = /^[ \t]*\[([^\]\n]+)\].*/;
