import { execFileSync } from 'node:child_process';

/** A path of 5000 bytes, longer than any that the system takes at once. */
const LEVELS = 100;
const NAME = 'deep'.repeat(12) + '-';

/** Runs `work` with folders in each other below a directory, and removes them: Node itself cannot. */
export async function withDeepFolders<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const script = `mkdir -p "$1" && cd "$1" && for ((i = 0; i < ${LEVELS}; i++)); do mkdir ${NAME}; cd ${NAME}; done`;
  execFileSync('bash', ['-euc', script, 'bash', directory]);
  try {
    return await work();
  } finally {
    execFileSync('rm', ['-rf', directory]);
  }
}
