import type { Input } from '@immutablue/plan';

/** An input that is another than in the last build. */
export interface ChangedInput {
  readonly change: 'added' | 'changed' | 'removed';
  readonly input: Input;
}

/** What is different between two lists of inputs. Inputs are told apart by noun and name; of one name, by value. */
export function changedInputs(before: readonly Input[], now: readonly Input[]): readonly ChangedInput[] {
  const changes: ChangedInput[] = [];
  const [old, current] = [byName(before), byName(now)];
  for (const [name, [input, ...others]] of current) {
    const earlier = old.get(name);
    if (earlier === undefined) changes.push({ change: 'added', input });
    else if (valuesOf(earlier) !== valuesOf([input, ...others])) changes.push({ change: 'changed', input });
  }
  for (const [name, [input]] of old) if (!current.has(name)) changes.push({ change: 'removed', input });
  return changes;
}

function byName(inputs: readonly Input[]): Map<string, [Input, ...Input[]]> {
  const found = new Map<string, [Input, ...Input[]]>();
  for (const input of inputs) {
    const name = JSON.stringify([input.stage, input.noun, input.name]);
    const others = found.get(name);
    if (others === undefined) found.set(name, [input]);
    else others.push(input);
  }
  return found;
}

function valuesOf(inputs: readonly Input[]): string {
  return JSON.stringify(inputs.map(({ value }) => value).sort());
}
