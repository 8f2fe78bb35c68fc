import { DiagnosticError } from '@immutablue/diagnostics';

/** A program that the host must have, with the oldest version whose flags are the ones used here. */
export interface ToolRequirement {
  readonly program: string;
  /** Packages that bring it, by the package manager that installs them. */
  readonly packages: { readonly apt: string; readonly dnf: string };
  readonly minimum?: readonly [major: number, minor: number];
}

/** The programs that a build needs. */
export const BUILD_TOOLS: readonly ToolRequirement[] = [
  { program: 'buildah', packages: { apt: 'buildah', dnf: 'buildah' }, minimum: [1, 28] },
  { program: 'skopeo', packages: { apt: 'skopeo', dnf: 'skopeo' }, minimum: [1, 9] },
  { program: 'setpriv', packages: { apt: 'util-linux', dnf: 'util-linux' } },
  { program: 'flock', packages: { apt: 'util-linux', dnf: 'util-linux' } },
  { program: 'tar', packages: { apt: 'tar', dnf: 'tar' } },
  { program: 'getcap', packages: { apt: 'libcap2-bin', dnf: 'libcap' } },
];

/** The programs that boot an image: in a container, or as a virtual machine of an architecture. */
export const BOOT_TOOLS = {
  nspawn: [{ program: 'systemd-nspawn', packages: { apt: 'systemd-container', dnf: 'systemd-container' } }],
  'vm-x86_64': [
    { program: 'qemu-system-x86_64', packages: { apt: 'qemu-system-x86', dnf: 'qemu-system-x86-core' } },
    { program: 'mke2fs', packages: { apt: 'e2fsprogs', dnf: 'e2fsprogs' } },
  ],
  'vm-aarch64': [
    { program: 'qemu-system-aarch64', packages: { apt: 'qemu-system-arm', dnf: 'qemu-system-aarch64-core' } },
    { program: 'mke2fs', packages: { apt: 'e2fsprogs', dnf: 'e2fsprogs' } },
  ],
} as const satisfies Record<string, readonly ToolRequirement[]>;

/** What says which files a program reads. */
export const TRACE_TOOL: ToolRequirement = {
  program: 'strace',
  packages: { apt: 'strace', dnf: 'strace' },
  minimum: [5, 6],
};

/** What compresses layers where nx.json asks for zstd. */
const ZSTD_TOOL: ToolRequirement = { program: 'zstd', packages: { apt: 'zstd', dnf: 'zstd' } };

/** The programs that an ordinary user needs besides: the programs that map subordinate user IDs into a user namespace. */
export const ROOTLESS_TOOLS: readonly ToolRequirement[] = [
  { program: 'newuidmap', packages: { apt: 'uidmap', dnf: 'shadow-utils' } },
];

/** How to install a tool. */
export function installHint({ packages }: Pick<ToolRequirement, 'packages'>): string {
  return `install it with \`apt-get install ${packages.apt}\` or \`dnf install ${packages.dnf}\``;
}

/** The error for a missing program, with how to install it when it is one that the workspace needs. */
export function missingTool(program: string): DiagnosticError {
  const tool = [...BUILD_TOOLS, ...ROOTLESS_TOOLS, TRACE_TOOL, ZSTD_TOOL, ...Object.values(BOOT_TOOLS).flat()].find(
    (candidate) => candidate.program === program,
  );
  return new DiagnosticError({
    code: 'host/missing-tool',
    message: `\`${program}\` is not installed on this machine`,
    ...(tool === undefined ? {} : { hint: installHint(tool) }),
  });
}
