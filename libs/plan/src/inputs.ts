import type { SourceLocation } from '@immutablue/diagnostics';
import type { Entry } from '@immutablue/variant';

/** Where an input comes from: a file, and the line if it is one line of it. */
export interface Origin {
  readonly variant?: string;
  /** Absolute. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that decides what a step does, with what it is now. */
export interface StepInput {
  /** What kind of thing it is, as a noun: `override`, `package`. */
  readonly noun: string;
  /** Which one: `/etc/motd`, `htop`. With the noun unique within a sub-stage, or counted together. */
  readonly name: string;
  /** What it is now; for comparison alone. */
  readonly value: string;
  readonly origin?: Origin;
  /** The path that it writes in the root filesystem and nothing else, where that is known. */
  readonly writes?: string;
}

/** Values of a YAML file as inputs, each with its line. */
export function entryInputs(
  noun: string,
  entries: readonly Entry<string>[],
  value = '',
): (StepInput & { readonly origin: Origin })[] {
  return entries.map((entry) => ({ noun, name: entry.value, value, origin: originOf(entry.location) }));
}

/** The place in a file as an origin. */
export function originOf({ file, line, column }: SourceLocation): Origin {
  return { file, line, column };
}
