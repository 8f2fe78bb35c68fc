import { count } from '@immutablue/diagnostics';
import * as z from 'zod';
import { failedBy, PASSED, type BootResult } from './report';

/** What the image's own runner of scripts leaves in /run/immutablue/results. */
const resultsSchema = z.object({
  scripts: z.array(z.object({ path: z.string(), exitCode: z.number(), milliseconds: z.number() })),
});

/** The occasions whose scripts a boot runs. */
const AT_BOOT = ['first_boot', 'on_boot'] as const;

/** Whether the scripts of an occasion went well; `content` is what the runner wrote. */
export function assessResults(occasion: string, content: string): Omit<BootResult, 'boot'> {
  const parsed = resultsSchema.safeParse(toJson(content));
  if (!parsed.success) {
    return {
      subject: 'scripts',
      title: `${occasion}: no results that can be read`,
      ...failedBy({
        code: 'boot/script-failed',
        message: `the results of \`${occasion}\` cannot be read`,
        notes: content.trimEnd().split('\n'),
      }),
    };
  }
  const { scripts } = parsed.data;
  const failures = scripts.filter(({ exitCode }) => exitCode !== 0);
  return {
    subject: 'scripts',
    title: `${occasion}: ${count(scripts.length, 'script')}${failures.length === 0 ? '' : `, ${failures.length} failed`}`,
    milliseconds: scripts.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    ...(failures.length === 0
      ? PASSED
      : failedBy({
          code: 'boot/script-failed',
          message: `${failures.length} of the scripts of \`${occasion}\` failed`,
          notes: failures.map(({ path, exitCode }) => `${path}: exit code ${exitCode}`),
          hint: '`npx nx shell` opens a shell in the image; dist/boot.log has what the console said',
        })),
  };
}

/** A line for each occasion of a boot of which there are no results: of an image without the runner, for example. */
export function absentResults(boot: number, found: readonly string[]): BootResult[] {
  const due = boot === 1 ? AT_BOOT : AT_BOOT.filter((occasion) => occasion !== 'first_boot');
  return due
    .filter((occasion) => !found.includes(occasion))
    .map((occasion) => ({
      boot,
      subject: 'scripts',
      title: `${occasion}: no results`,
      ...PASSED,
      absent: `results of \`${occasion}\``,
    }));
}

function toJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
