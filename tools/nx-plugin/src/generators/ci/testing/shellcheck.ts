import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';

/** Has shellcheck look at scripts of bash. @throws {CommandError} with what it finds. */
export async function shellcheck(scripts: readonly string[]): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'ci-scripts-'));
  try {
    const different = [...new Set(scripts)];
    const paths = different.map((_, index) => join(scratch, `${index}.sh`));
    for (const [index, script] of different.entries()) {
      // BASE and the like are variables of the job.
      await writeFile(paths[index] ?? '', `#!/usr/bin/env bash\nset -euo pipefail\n${script}`);
    }
    await runCommand(['shellcheck', '--severity', 'style', ...paths]);
  } finally {
    await rm(scratch, { recursive: true });
  }
}
