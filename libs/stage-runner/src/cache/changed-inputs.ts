import type { Input, Origin } from '@immutablue/plan';

/** Something that is another than in the last build. */
export interface Cause {
  readonly text: string;
  readonly origin?: Origin;
}

/** What is different between two lists of inputs, by sub-stage. Inputs are told apart by name; of one name, by value. */
export function changedInputs(
  before: readonly Input[],
  now: readonly Input[],
): ReadonlyMap<string, readonly (Cause & { readonly input: Input })[]> {
  const causes = new Map<string, (Cause & { readonly input: Input })[]>();
  const add = (input: Input, verb: string) => {
    const { origin } = input;
    const cause = { text: `${input.name} ${verb}`, input, ...(origin === undefined ? {} : { origin }) };
    causes.set(input.stage, [...(causes.get(input.stage) ?? []), cause]);
  };
  const [old, current] = [byName(before), byName(now)];
  for (const [name, inputs] of current) {
    const earlier = old.get(name);
    const [first] = inputs;
    if (first === undefined) continue;
    if (earlier === undefined) add(first, 'added');
    else if (valuesOf(earlier) !== valuesOf(inputs)) add(first, 'changed');
  }
  for (const [name, [first]] of old) {
    if (first !== undefined && !current.has(name)) add(first, 'removed');
  }
  return causes;
}

function byName(inputs: readonly Input[]): Map<string, Input[]> {
  const found = new Map<string, Input[]>();
  for (const input of inputs) {
    const name = JSON.stringify([input.stage, input.name]);
    found.set(name, [...(found.get(name) ?? []), input]);
  }
  return found;
}

function valuesOf(inputs: readonly Input[]): string {
  return JSON.stringify(inputs.map(({ value }) => value).sort());
}
