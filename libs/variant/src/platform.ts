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

/** An architecture as the OCI image specification and Debian name it. */
export type OciArchitecture = 'amd64' | 'arm64';

/** An RPM architecture as the OCI image specification names it: https://github.com/opencontainers/image-spec/blob/main/config.md */
export function ociArchitecture(architecture: Architecture): OciArchitecture {
  switch (architecture) {
    case 'x86_64':
      return 'amd64';
    case 'aarch64':
      return 'arm64';
  }
}
