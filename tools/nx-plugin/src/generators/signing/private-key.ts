import { existsSync } from 'node:fs';
import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiagnosticError, isSystemError } from '@immutablue/diagnostics';
import { tryCommand, unlessMissing } from '@immutablue/oci';

/**
 * Checks that a private key may be written there.
 *
 * @param file absolute.
 * @throws {DiagnosticError} `signing/key-exists` when something is there, `signing/key-in-git` when git would take it.
 */
export async function checkPrivateKeyFile(file: string): Promise<void> {
  if ((await unlessMissing(() => lstat(file))) !== undefined) throw exists(file);
  if (!(await isInGit(file))) return;
  throw new DiagnosticError({
    code: 'signing/key-in-git',
    message: `\`${file}\` is in a clone of git, which does not ignore it: the next commit could publish the private key`,
    hint: 'name a file elsewhere by `--private-key`, or have git ignore it first',
  });
}

/** Writes a private key, for this user alone. @throws {DiagnosticError} as above; `host/not-writable`. */
export async function writePrivateKey(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'EEXIST') throw exists(file);
    throw new DiagnosticError(
      {
        code: 'host/not-writable',
        message: `the private key cannot be written to \`${file}\` (${error.code}): nothing can be signed by it`,
        hint: 'take back what was written to the workspace, and name another file by `--private-key`',
      },
      { cause: error },
    );
  }
}

/** Whether a file is in a clone whose ignored files it does not belong to. gitignore(5) */
async function isInGit(file: string): Promise<boolean> {
  const ancestors = ancestorsOf(file);
  const isInClone = ancestors.some((directory) => existsSync(join(directory, '.git')));
  const cwd = ancestors.find((directory) => existsSync(directory));
  if (!isInClone || cwd === undefined) return false;
  const { exitCode } = await tryCommand(['git', 'check-ignore', '--quiet', '--', file], { cwd });
  return exitCode !== 0;
}

/** The nearest first. */
function ancestorsOf(file: string): string[] {
  const parent = dirname(file);
  return parent === file ? [] : [parent, ...ancestorsOf(parent)];
}

function exists(file: string): DiagnosticError {
  return new DiagnosticError({
    code: 'signing/key-exists',
    message: `there is a file \`${file}\`, which may be a private key that images are signed with`,
    hint: 'name another one by `--private-key`',
  });
}
