import { createHash } from 'node:crypto';

/** Where the small upstream image has what pinned files are fetched from, so that no server is needed. */
export const SOURCES_FOLDER = '/usr/share/property-sources';

/** What GNU tar makes of a folder `tool` with two files, compressed, without times and names of owners. */
const ARCHIVE =
  'H4sIAAAAAAACA+3UQQrDIBCFYdc9hTeI2mjOIyUlgaBgTc9f66qkdFGogdD/24w7GR5vcoxLJ9pSxWBtncV2vr+10s4IacUO1lv2qXz/iyVflzuI/Mw/5mlMbfN3ff85f+02+WtjzkIq8m/Ohxq+jFc555PAn6n9T2toff+/678alKP/eyi990H6dJnm+0j/AQAAAAAAAAAAAAA4pAcnkOINACgAAA==';

/** What pinned files are made from: the bytes, and the file of an archive that is meant. */
const SOURCES = {
  first: { content: Buffer.from('first\n') },
  second: { content: Buffer.from('second\n') },
  'tool.tgz': { content: Buffer.from(ARCHIVE, 'base64'), member: 'tool/run' },
} as const satisfies Readonly<Record<string, { readonly content: Buffer; readonly member?: string }>>;

export type SourceName = keyof typeof SOURCES;
export const SOURCE_NAMES = Object.keys(SOURCES) as readonly SourceName[];

/** The bytes at a source. */
export function sourceContent(name: SourceName): Buffer {
  return SOURCES[name].content;
}

/** How packages.yaml pins a source. */
export function pinOf(name: SourceName): { readonly url: string; readonly sha256: string; readonly member?: string } {
  const { content, ...member } = SOURCES[name];
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { url: `file://${SOURCES_FOLDER}/${name}`, sha256, ...member };
}
