import { FILE_NAME_LENGTH, LINE_LENGTH, PATH_LENGTH, patternedString } from '@immutablue/variant';
import * as z from 'zod';
import { BOOT_SELECTIONS } from './boot-checks';

/** How long a check may take when its file does not say it, in seconds. */
export const DEFAULT_TIMEOUT_SECONDS = 30;

const oneLine = (what: string) =>
  patternedString({ pattern: /^[^\u0000-\u001f\u007f]+$/, what, hint: 'one line of text', maxLength: LINE_LENGTH });

const pathSchema = patternedString({
  pattern: /^(?!.*\/\.{1,2}(?:\/|$))\/(?:etc|var)(?:\/[^/\u0000-\u001f\u007f]+)+$/,
  what: 'a path below /etc or /var',
  hint: 'an administrator writes below /etc and /var only: /usr is read-only, /run and /tmp are empty at each boot',
  maxLength: PATH_LENGTH,
});

const modeSchema = patternedString({
  pattern: /^0?[0-7]{3,4}$/,
  what: 'a mode',
  hint: "an octal number in quotes, like '0755'",
  maxLength: 5,
});

const unitSchema = patternedString({
  pattern: /^[\w:.\\@-]+\.(?:service|socket|target|timer|mount|automount|path|swap|slice|scope|device)$/,
  what: 'a name of a unit',
  hint: 'with its suffix, like `sshd.service`',
  maxLength: FILE_NAME_LENGTH,
});

const fileSchema = z.strictObject({
  path: pathSchema.meta({ description: 'The absolute path in the machine, below /etc or /var' }),
  mode: modeSchema.optional().meta({ description: "Permission bits as an octal number in quotes; '0644' when absent" }),
  content: z.string().meta({ description: 'All that is in the file' }),
});

const checkSchema = z
  .strictObject({
    name: oneLine('a name of a check').meta({ description: 'What holds when the check passes, in one line' }),
    command: z
      .array(z.string())
      .min(1, { error: 'a command needs a program' })
      .optional()
      .meta({ description: 'A program and its arguments, run without a shell' }),
    script: z.string().optional().meta({ description: 'Lines of bash instead of a command; run with -euo pipefail' }),
    boot: z.enum(BOOT_SELECTIONS).optional().meta({ description: 'On which boot the check runs; every when absent' }),
    output: z
      .string()
      .optional()
      .meta({ description: 'What standard output has to be exactly, line breaks at its end aside' }),
    output_pattern: z.string().optional().meta({
      description: 'A regular expression that standard output has to match; ^ and $ stand at line breaks too',
    }),
    timeout: z
      .number()
      .int({ error: 'expected whole seconds' })
      .min(1, { error: 'a check needs at least a second' })
      .max(3600, { error: 'a check may take an hour at most' })
      .optional()
      .meta({ description: `Seconds that it may take; ${DEFAULT_TIMEOUT_SECONDS} when absent` }),
  })
  .check((context) => {
    const { command, script, output, output_pattern: pattern } = context.value;
    const report = (path: string[], message: string, hint: string) => {
      context.issues.push({ code: 'custom', path, message, params: { hint }, input: context.value });
    };
    if (command === undefined && script === undefined) {
      report([], 'the check runs nothing', 'add `command:`, a list, or `script:`, lines of bash');
    }
    if (command !== undefined && script !== undefined) {
      report(['script'], 'the check has both a `command` and a `script`', 'remove one of them');
    }
    if (output !== undefined && pattern !== undefined) {
      report(['output_pattern'], 'the check has both an `output` and an `output_pattern`', 'remove one of them');
    }
    if (pattern !== undefined && compilePattern(pattern) === undefined) {
      report(['output_pattern'], `\`${pattern}\` is not a regular expression`, 'as JavaScript has them, in quotes');
    }
  });

const allowedFailedUnitSchema = z.strictObject({
  unit: unitSchema.meta({ description: 'The unit, with its suffix' }),
  reason: oneLine('a reason').meta({ description: 'Why its failure is no fault of the image' }),
});

/** boot-checks.yaml */
export const bootChecksFileSchema = z
  .strictObject({
    files: z
      .array(fileSchema)
      .optional()
      .meta({ description: 'Files that are there before the first boot, as an administrator would put them there' }),
    checks: z
      .array(checkSchema)
      .optional()
      .meta({ description: 'What must hold once the system runs; inherited by the variants that stand on this one' }),
    allow_failed_units: z
      .array(allowedFailedUnitSchema)
      .optional()
      .meta({ description: 'Units that may fail, each with the reason' }),
  })
  .meta({ title: 'boot-checks.yaml', description: 'What `nx boot` checks in the booted image' });

/** The regular expression with that source, or undefined when it is none. */
export function compilePattern(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'mu');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The JSON Schema of boot-checks.yaml, for editors. */
export function bootChecksJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(bootChecksFileSchema, { target: 'draft-7', io: 'input' });
}
