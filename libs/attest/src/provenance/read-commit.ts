import { runCommand, tryCommand } from '@immutablue/oci';
import type { WorkspaceCommit } from './statement';

/**
 * Which commit the files of a workspace are. Files that git ignores do not count; new ones do.
 *
 * @throws {DiagnosticError} `oci/command-failed` when git cannot say.
 */
export async function readCommit(workspaceRoot: string): Promise<WorkspaceCommit> {
  const head = await tryCommand(['git', 'rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: workspaceRoot });
  if (head.exitCode !== 0) return { state: 'not in git' };
  const status = await runCommand(['git', 'status', '--porcelain', '--', '.'], { cwd: workspaceRoot });
  return { state: status.stdout.trim() === '' ? 'clean' : 'modified', commit: head.stdout.trim() };
}
