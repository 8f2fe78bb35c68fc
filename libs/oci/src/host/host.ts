import { join } from 'node:path';
import { DiagnosticError, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { readIfThere } from '../files/read-text';
import { findProgram } from '../process/find-program';
import { tryCommand } from '../process/process';
import { BUILD_TOOLS, installHint, ROOTLESS_TOOLS, type ToolRequirement } from './tools';
import { currentUser, type HostUser } from './user';

/**
 * Checks that the host can build images: tools, their versions and, for an ordinary user, subordinate IDs.
 *
 * @throws {DiagnosticError} with one diagnostic for each thing that is missing, each saying what to install.
 */
export async function requireBuildHost(user: HostUser = currentUser()): Promise<void> {
  const tools = user.uid === 0 ? BUILD_TOOLS : [...BUILD_TOOLS, ...ROOTLESS_TOOLS];
  const faults = await Promise.all(tools.map(checkTool));
  throwIfAny([...faults.flat(), ...(user.uid === 0 ? [] : await checkSubordinateIds(user))]);
}

/** The kernel's list of program formats: https://docs.kernel.org/admin-guide/binfmt-misc.html */
const BINFMT = '/proc/sys/fs/binfmt_misc';

/** The names that Node and qemu have for the OCI architectures that images are built for. */
const EMULATED = { amd64: { node: 'x64', qemu: 'x86_64' }, arm64: { node: 'arm64', qemu: 'aarch64' } } as const;
export type OciArchitecture = keyof typeof EMULATED;

/**
 * Checks that programs of an architecture run here: because it is this machine's, or through qemu.
 *
 * @throws {DiagnosticError} `host/no-emulation`, saying how to get it.
 */
export async function requireArchitecture(
  architecture: OciArchitecture,
  binfmtDirectory: string = BINFMT,
): Promise<void> {
  const { node, qemu } = EMULATED[architecture];
  if (process.arch === node) return;
  const format = await readIfThere(join(binfmtDirectory, `qemu-${qemu}`));
  if (format?.startsWith('enabled') === true) return;
  throw new DiagnosticError({
    code: 'host/no-emulation',
    message: `this machine cannot run ${qemu} programs`,
    hint: `as root: \`apt-get install --no-install-recommends binfmt-support qemu-user-static\`, then \`mount -t binfmt_misc binfmt_misc ${BINFMT}\` if it is not mounted, and \`update-binfmts --enable qemu-${qemu}\``,
  });
}

/** One diagnostic when the tool is missing or too old, none when it will do. */
export async function checkTool(tool: ToolRequirement): Promise<Diagnostic[]> {
  const hint = installHint(tool);
  if (findProgram(tool.program) === undefined) {
    return [{ code: 'host/missing-tool', message: `\`${tool.program}\` is not installed on this machine`, hint }];
  }
  if (tool.minimum === undefined) return [];
  const { stdout } = await tryCommand([tool.program, '--version']);
  const version = parseVersion(stdout);
  if (version !== undefined && !isOlder(version, tool.minimum)) return [];
  return [
    {
      code: 'host/tool-too-old',
      message: `\`${tool.program}\` is ${version?.join('.') ?? `of an unknown version (\`${stdout}\`)`}, at least ${tool.minimum.join('.')} is needed`,
      hint,
    },
  ];
}

/** The first `major.minor` in what a program prints for `--version`. */
export function parseVersion(text: string): readonly [number, number] | undefined {
  const match = /\b(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

function isOlder(version: readonly [number, number], minimum: readonly [number, number]): boolean {
  return version[0] < minimum[0] || (version[0] === minimum[0] && version[1] < minimum[1]);
}

async function checkSubordinateIds(user: HostUser): Promise<Diagnostic[]> {
  const files = ['/etc/subuid', '/etc/subgid'];
  const faults = await Promise.all(
    files.map(async (file): Promise<Diagnostic[]> => {
      if (hasSubordinateIds((await readIfThere(file)) ?? '', user)) return [];
      return [
        {
          code: 'host/no-subordinate-ids',
          message: `user \`${user.name}\` has no subordinate IDs in ${file}: images cannot be built without root`,
          hint: `as root: \`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user.name}\`, or build as root`,
        },
      ];
    }),
  );
  return faults.flat();
}

/** Whether a subuid(5) file gives the user a range that is large enough for an image (65536 IDs). */
export function hasSubordinateIds(text: string, user: HostUser): boolean {
  return text.split('\n').some((line) => {
    const [name, , count] = line.split(':');
    return (name === user.name || name === String(user.uid)) && Number(count) >= 65536;
  });
}
