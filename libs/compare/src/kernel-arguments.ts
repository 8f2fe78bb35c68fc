import type { Architecture } from '@immutablue/variant';
import { parse, TomlError } from 'smol-toml';
import * as z from 'zod';

/** A file below /usr/lib/bootc/kargs.d, in the order in which bootc reads them. */
export interface KernelArgumentFile {
  readonly path: string;
  readonly text: string;
}

export interface KernelArgumentDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Files of either image that bootc could not read: what they ask for is not known. */
  readonly unreadable: readonly string[];
}

/** https://bootc-dev.github.io/bootc/building/kernel-arguments.html */
const fileSchema = z.object({
  kargs: z.array(z.string()).default([]),
  'match-architectures': z.array(z.string()).optional(),
});

/** Compares the kernel arguments that two images ask for. Their order does not count. Pure. */
export function kernelArgumentDifference(
  before: readonly KernelArgumentFile[],
  after: readonly KernelArgumentFile[],
  architecture: Architecture,
): KernelArgumentDifference {
  const [old, now] = [kernelArguments(before, architecture), kernelArguments(after, architecture)];
  return {
    added: now.wanted.filter((argument) => !old.wanted.includes(argument)),
    removed: old.wanted.filter((argument) => !now.wanted.includes(argument)),
    unreadable: [...new Set([...old.unreadable, ...now.unreadable])].sort(),
  };
}

function kernelArguments(files: readonly KernelArgumentFile[], architecture: Architecture) {
  const wanted = new Set<string>();
  const unreadable: string[] = [];
  for (const { path, text } of files) {
    const parsed = fileSchema.safeParse(tomlOf(text));
    if (!parsed.success) unreadable.push(path);
    else if (parsed.data['match-architectures']?.includes(architecture) ?? true) {
      for (const argument of parsed.data.kargs) wanted.add(argument);
    }
  }
  return { wanted: [...wanted], unreadable };
}

/** Undefined when it is no TOML. */
function tomlOf(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}
