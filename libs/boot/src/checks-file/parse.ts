import { type SourceLocation } from '@immutablue/diagnostics';
import {
  checkNode,
  checkRepetitions,
  inFileOrder,
  locationAt,
  readYaml,
  type Checked,
  type SourceNode,
} from '@immutablue/variant';
import type * as z from 'zod';
import { type BootCheck, type BootChecks, type CheckCommand, type ExpectedOutput } from './boot-checks';
import { bootChecksFileSchema, compilePattern, DEFAULT_TIMEOUT_SECONDS } from './schema';

type FileContent = z.output<typeof bootChecksFileSchema>;
type CheckContent = NonNullable<FileContent['checks']>[number];

/** Nothing is placed, checked or allowed. */
export const NO_BOOT_CHECKS: BootChecks = { files: [], checks: [], allowedFailedUnits: [] };

/**
 * Reads a boot-checks.yaml. Everything that is wrong with it comes back at once, each with its place in the file. A file
 * without content says nothing, which is allowed.
 */
export function parseBootChecks(file: string, text: string): Checked<BootChecks> {
  const { root, diagnostics: syntax } = readYaml(file, text);
  if (root === undefined)
    return syntax.length > 0 ? { diagnostics: syntax } : { value: NO_BOOT_CHECKS, diagnostics: [] };

  const { value, diagnostics } = checkNode(bootChecksFileSchema, root);
  const all = inFileOrder([...syntax, ...diagnostics, ...checkRepetitions(root, LISTS_WITHOUT_REPETITION)]);
  if (value === undefined || all.length > 0) return { diagnostics: all };
  return { value: bootChecksOf(value, root), diagnostics: [] };
}

function bootChecksOf(content: FileContent, root: SourceNode): BootChecks {
  return {
    files: (content.files ?? []).map(({ path, mode, content: text }) => ({
      path,
      mode: Number.parseInt(mode ?? '0644', 8),
      content: text,
    })),
    checks: (content.checks ?? []).map((check, index) => checkOf(check, locationAt(root, ['checks', index, 'name']))),
    allowedFailedUnits: content.allow_failed_units ?? [],
  };
}

function checkOf(check: CheckContent, location: SourceLocation): BootCheck {
  return {
    name: check.name,
    command: commandOf(check),
    expected: expectedOf(check),
    boot: check.boot ?? 'every',
    timeoutSeconds: check.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    location,
  };
}

function commandOf({ command, script }: CheckContent): CheckCommand {
  return command === undefined ? { kind: 'script', text: script ?? '' } : { kind: 'command', argv: command };
}

function expectedOf({ output, output_pattern: source }: CheckContent): ExpectedOutput {
  if (output !== undefined) return { kind: 'text', text: output };
  const pattern = source === undefined ? undefined : compilePattern(source);
  return pattern === undefined ? { kind: 'anything' } : { kind: 'pattern', pattern };
}

/** Lists in which a value makes sense once only, and the key that tells their items apart. */
const LISTS_WITHOUT_REPETITION = [
  ['files', 'path'],
  ['checks', 'name'],
  ['allow_failed_units', 'unit'],
] as const;
