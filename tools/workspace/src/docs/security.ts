import { HOSTILE_INPUTS as TEXTS } from '@immutablue/diagnostics/testing';
import { HOSTILE_INPUTS as IMAGES } from '@immutablue/oci/testing';
import { FORBIDDEN_PLACES } from '@immutablue/overrides';
import { HOSTILE_INPUTS as PATHS } from '@immutablue/overrides/testing';
import { HOSTILE_INPUTS as SCRIPT_NAMES } from '@immutablue/plan/testing';
import { HOSTILE_INPUTS as SCRIPTS } from '@immutablue/stage-runner/testing';
import { HOSTILE_INPUTS as FILES } from '@immutablue/variant/testing';

/** The hostile inputs that specs go through, by what they are. */
const HOSTILE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  ...FILES,
  ...PATHS,
  ...SCRIPT_NAMES,
  ...SCRIPTS,
  ...IMAGES,
  ...TEXTS,
};

/** docs/security.md with the parts that are written from the code as the code says. @throws {Error} where their comments are missing. */
export function securityDocument(text: string): string {
  return withPart(withPart(text, 'places', placesTable()), 'hostile inputs', inputsTable());
}

/** How many hostile inputs there are. */
export function countInputs(): number {
  return Object.values(HOSTILE_INPUTS).reduce((sum, inputs) => sum + inputs.length, 0);
}

/** The places that no image gets from its family; those of one rule share a row. */
function placesTable(): string {
  const rows = new Map<string, string[]>();
  for (const { path, scope, why, except = [], duringBuild } of FORBIDDEN_PLACES) {
    const exceptions = except.length === 0 ? '' : `, except ${except.map((name) => `\`${name}\``).join(' and ')}`;
    const others = duringBuild === undefined ? 'no' : 'yes';
    const rule = `${SCOPES[scope]}${exceptions} | ${why} | ${others}`;
    rows.set(rule, [...(rows.get(rule) ?? []), `\`${path}\``]);
  }
  return [
    '| place | what is refused | because it | of packages and scripts, too |',
    '| --- | --- | --- | --- |',
    ...[...rows].map(([rule, places]) => `| ${places.join(', ')} | ${rule} |`),
  ].join('\n');
}

const SCOPES = { content: 'what is in it', below: 'what is below it', all: 'it, and what is in it' } as const;

function inputsTable(): string {
  return [
    '| what | how many |',
    '| --- | --- |',
    ...Object.entries(HOSTILE_INPUTS).map(([what, inputs]) => `| ${what} | ${inputs.length} |`),
    `| all | ${countInputs()} |`,
  ].join('\n');
}

/** A text with what stands between two comments replaced. */
function withPart(text: string, part: string, content: string): string {
  const [start, end] = [`<!-- ${part}, written by \`npx nx run workspace:security\` -->`, `<!-- end of ${part} -->`];
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${start} or ${end} is missing`);
  return `${before}${start}\n\n${content}\n\n${end}${after}`;
}
