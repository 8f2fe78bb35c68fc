import { DiagnosticError } from '@immutablue/diagnostics';
import type { RequireSignaturesStep } from '@immutablue/plan';
import type { RunContext } from './context';

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

/** Applies {@link requireSignatures} to a file of the root filesystem, and says so when that changed it. */
export async function runRequireSignatures(context: RunContext, step: RequireSignaturesStep): Promise<void> {
  const definition = requireSignatures((await context.root.readFile(step.path)).toString('utf8'));
  if (definition.sections.length === 0) {
    throw new DiagnosticError({
      code: 'build/repository-down',
      message: `what \`${step.repository.value.url}\` gives is not a repository definition`,
      location: step.repository.location,
      hint: 'the address must be that of a `.repo` file, with a section like `[name]`',
    });
  }
  if (definition.changed.length === 0) return;
  await context.root.writeFile(step.path, definition.text, { mode: 0o644 });
  context.emit({
    kind: 'notice',
    stage: context.stage,
    message: `${step.path} did not check the signatures of ${definition.changed.join(', ')}: gpgcheck=1 is set now`,
  });
}
