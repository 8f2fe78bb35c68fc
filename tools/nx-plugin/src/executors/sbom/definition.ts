import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const sbom = {
  name: 'sbom',
  describe: (variant) => `List what the built image of ${variant} holds and what brought it, as SPDX and CycloneDX`,
  options: selectionOptions,
  projects: 'variants',
  place: 'user-namespace',
} satisfies CommandDefinition;
