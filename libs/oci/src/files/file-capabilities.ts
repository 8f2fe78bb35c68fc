import { runCommand } from '../process/process';

/**
 * The file capabilities of what is below folders, by absolute path: `cap_net_raw=ep`. Node reads no extended attributes:
 * getcap(8) does.
 */
export async function fileCapabilities(directories: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (directories.length === 0) return new Map();
  const { stdout } = await runCommand(['getcap', '-r', ...directories]);
  // libcap before 2.41 writes ` = ` between the two.
  const lines = stdout.split('\n').flatMap((line) => {
    const { path, capabilities } = /^(?<path>.+?) (?:= )?(?<capabilities>(?:cap_|=)\S*)$/.exec(line)?.groups ?? {};
    return path === undefined || capabilities === undefined ? [] : [[path, capabilities] as const];
  });
  return new Map(lines);
}
