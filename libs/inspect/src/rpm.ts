import { DiagnosticError } from '@immutablue/diagnostics';
import type { ImageRoot } from './image-root';

/** What a query is about: packages that provide a name, or that own a file. */
type Question = '--whatprovides' | '--file';

const ANSWERS: Readonly<Record<Question, RegExp>> = {
  '--whatprovides': /^no package provides (?<name>.+)$/,
  '--file': /^file (?<name>.+) is not owned by any package$/,
};

/**
 * Asks rpm in the image about names, and gives those that it has no package for.
 *
 * @throws {DiagnosticError} `test/not-run` when rpm says anything else: silence would otherwise be taken for an answer.
 */
export async function withoutPackage(
  { run }: Pick<ImageRoot, 'run'>,
  question: Question,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const { exitCode, stdout } = await run({ command: ['rpm', '--query', '--queryformat', '', question, ...names] });
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('warning: '));
  const found = lines.map((line) => ANSWERS[question].exec(line)?.groups?.['name']);
  const answered = found.filter((name) => name !== undefined);
  if (answered.length < lines.length || (exitCode !== 0 && answered.length === 0)) {
    throw new DiagnosticError({
      code: 'test/not-run',
      message: `rpm in the image cannot be asked about packages (exit code ${exitCode})`,
      notes: lines.filter((_, index) => found[index] === undefined).slice(0, 5),
    });
  }
  return new Set(answered);
}
