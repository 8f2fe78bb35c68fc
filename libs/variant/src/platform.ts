/** Processor architectures as RPM and Immutablue's packages.yaml name them. */
export const ARCHITECTURES = ['x86_64', 'aarch64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** The same as OCI platforms, in the order of {@link ARCHITECTURES}. */
export const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** The RPM architecture of an OCI platform. */
export function architectureOf(platform: Platform): Architecture {
  switch (platform) {
    case 'linux/amd64':
      return 'x86_64';
    case 'linux/arm64':
      return 'aarch64';
  }
}

/** The OCI platform of an RPM architecture. */
export function platformOf(architecture: Architecture): Platform {
  switch (architecture) {
    case 'x86_64':
      return 'linux/amd64';
    case 'aarch64':
      return 'linux/arm64';
  }
}
