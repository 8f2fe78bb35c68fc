import { DiagnosticError } from '@immutablue/diagnostics';
import * as z from 'zod';
import type { RootCheck } from '../../check';
import type { Finding } from '../../finding';
import { listIfThere } from '../../look';

const DIRECTORY = '/usr/lib/bootc/kargs.d';

/** https://bootc-dev.github.io/bootc/building/kernel-arguments.html */
const kargsSchema = z.strictObject({
  kargs: z.array(z.string()),
  'match-architectures': z.array(z.enum(['x86_64', 'aarch64'])).optional(),
});

/** What the program below prints for each file. */
const readSchema = z.union([
  z.object({ path: z.string(), error: z.string() }),
  z.object({ path: z.string(), value: z.unknown() }),
]);

/** Python's own parser of TOML, in the image itself; a date, which JSON does not have, becomes null. */
const READ_TOML = `
import json, sys, tomllib
for path in sys.argv[1:]:
    try:
        with open(path, "rb") as file:
            print(json.dumps({"path": path, "value": tomllib.load(file)}, default=lambda value: None))
    except (OSError, ValueError) as error:
        print(json.dumps({"path": path, "error": str(error)}))
`;

export const bootcKargs: RootCheck = {
  kind: 'root',
  name: 'bootc-kargs',
  title: 'kernel arguments in /usr/lib/bootc/kargs.d can be read',
  run: async ({ root, run }) => {
    const paths = (await listIfThere(root, DIRECTORY)).map(({ path }) => path).filter((path) => path.endsWith('.toml'));
    if (paths.length === 0) return [];
    const { exitCode, stdout } = await run({ command: ['python3', '-c', READ_TOML, ...paths] });
    if (exitCode !== 0) {
      throw new DiagnosticError({
        code: 'test/not-run',
        message: 'the image has no python3 with `tomllib`, which reads the kernel arguments',
        notes: stdout.split('\n').slice(-3),
      });
    }
    return stdout.split('\n').flatMap((line) => findingsOf(readSchema.parse(JSON.parse(line))));
  },
};

/** What is wrong with one file. */
export function findingsOf(read: z.output<typeof readSchema>): Finding[] {
  const { path } = read;
  if ('error' in read) return [{ path, message: `\`${path}\` is not TOML: ${read.error}` }];
  const { error } = kargsSchema.safeParse(read.value);
  return (error?.issues ?? []).map((issue) => {
    const key = issue.path.length === 0 ? '' : ` \`${issue.path.join('.')}\`:`;
    return { path, message: `\`${path}\`:${key} ${issue.message}` };
  });
}
