import type { Download, Entry } from '@immutablue/variant';

/** A file that packages.yaml pins by its checksum. */
export interface PinnedFile {
  /** As packages.yaml has it. */
  readonly entry: Entry<Download>;
  /** As it is fetched under the upstream profile. */
  readonly fetched: Download;
  readonly mode: number;
}
