import { createHash } from 'node:crypto';
import type { FolderContent } from '@immutablue/overrides';
import { folderDigest } from '../folder';
import { sha256 } from '../sha256';

/** A file or folder of the context that a Containerfile is built with. */
export interface ContextFile {
  /** Relative to the context. */
  readonly path: string;
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    /** A copy of a file of this machine. */
    | { readonly kind: 'file'; readonly source: string; readonly sha256: string }
    /** A copy of what a plan lists of a folder. */
    | { readonly kind: 'folder'; readonly content: FolderContent };
}

/** Something of the context that a RUN sees. */
export interface ContextMount {
  /** Relative to the context. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
}

/**
 * A digest over the files that the mounts show. It stands in the RUN: builders that do not look at what is mounted when they
 * ask their cache would take an old layer for a new build (buildah does so).
 */
export function digestOfMounts(mounts: readonly ContextMount[], files: readonly ContextFile[]): string {
  const hash = createHash('sha256');
  for (const { source, target } of mounts) {
    for (const file of files) {
      if (file.path !== source && !file.path.startsWith(`${source}/`)) continue;
      hash.update(`${target}\0${file.path}\0${contentKey(file)}\0`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function contentKey({ content }: ContextFile): string {
  switch (content.kind) {
    case 'text':
      return sha256(content.text);
    case 'file':
      return content.sha256;
    case 'folder':
      return folderDigest(content.content);
  }
}
