import type { Diagnostic, SourceLocation } from '@immutablue/diagnostics';
import type { DepBuilder } from '@immutablue/plan';

/** buildah names each instruction as it begins, with its continuation lines joined: `[1/2] STEP 3/7: RUN make`. */
const STEP = /^(?:\[\d+\/\d+\] )?STEP \d+\/\d+: (.*)$/;

/** How many lines of buildah's output the error shows; all of it was shown while it ran. */
const SHOWN_LINES = 20;

/**
 * What a failed dep-builder means: the instruction at which it failed, in its Containerfile, and the last lines.
 *
 * @param containerfile the text of the Containerfile.
 */
export function explainDepBuilder(
  depBuilder: DepBuilder,
  containerfile: string,
  output: readonly string[],
): Diagnostic {
  // The instruction that began last is the one that failed.
  const index = output.findLastIndex((line) => STEP.test(line));
  const instruction = STEP.exec(output[index] ?? '')?.[1];
  return {
    code: 'build/dependency-container-failed',
    message: `the dep-builder of \`${depBuilder.variant}\` failed${instruction === undefined ? '' : ` at \`${instruction}\``}`,
    location: locate(depBuilder.containerfile, containerfile, instruction),
    notes: output.slice(index + 1).slice(-SHOWN_LINES),
  };
}

/** The line that begins like the instruction; the first line when none does, because arguments are in it already. */
function locate(file: string, containerfile: string, instruction: string | undefined): SourceLocation {
  const lines = containerfile.split('\n').map((line) => line.trimEnd());
  const index = lines.findIndex((line) => {
    const beginning = line.replace(/\\$/, '').trim();
    return beginning !== '' && instruction?.startsWith(beginning) === true;
  });
  const text = lines[index];
  if (text === undefined) return { file, line: 1, column: 1 };
  const column = text.length - text.trimStart().length + 1;
  return { file, line: index + 1, column, text, length: text.length - column + 1 };
}
