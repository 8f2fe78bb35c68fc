/** One entry of a tar archive, without its content. */
export interface TarEntry {
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Bytes of content. */
  readonly size: number;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** What a symlink or a hard link leads to; empty for anything else. */
  readonly target: string;
  /** Name to value. */
  readonly extendedAttributes: Readonly<Record<string, string>>;
  /** The checksum (CRC-64) of a file's content, as far as it is known. */
  readonly checksum?: string;
}

const BLOCK = 512;

/** Records of an extended header that name an extended attribute begin so. */
const ATTRIBUTE = 'SCHILY.xattr.';

/** What the headers in front of an entry's own say of it. */
interface Extension {
  readonly path?: string;
  readonly size?: number;
  readonly target?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly extendedAttributes: Readonly<Record<string, string>>;
}

/**
 * Reads the headers of one entry: the extended ones in front, with their content, and its own. The formats are those of
 * POSIX pax and GNU tar; see tar(5).
 *
 * @returns undefined where there is none: at the end of an archive.
 */
export function readTarEntry(headers: Buffer): TarEntry | undefined {
  let extension: Extension = { extendedAttributes: {} };
  for (let offset = 0; offset + BLOCK <= headers.length;) {
    const header = headers.subarray(offset, offset + BLOCK);
    if (header.every((byte) => byte === 0)) return undefined;
    const type = String.fromCharCode(header[156] ?? 0);
    const size = numberIn(header.subarray(124, 136));
    const content = headers.subarray(offset + BLOCK, offset + BLOCK + size);
    switch (type) {
      case 'x':
        extension = { ...extension, ...readRecords(content) };
        break;
      case 'L':
        extension = { ...extension, path: textIn(content) };
        break;
      case 'K':
        extension = { ...extension, target: textIn(content) };
        break;
      case 'g':
        break;
      default:
        return entryOf(header, type, size, extension);
    }
    offset += BLOCK + paddedSize(size);
  }
  return undefined;
}

/** How many bytes content of this size takes in an archive, which consists of blocks. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function entryOf(header: Buffer, type: string, size: number, extension: Extension): TarEntry {
  const name = textIn(header.subarray(0, 100));
  const prefix = textIn(header.subarray(345, 500));
  const path = extension.path ?? (prefix === '' ? name : `${prefix}/${name}`);
  return {
    path: `/${path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')}`,
    type: typeOf(type),
    size: extension.size ?? size,
    mode: numberIn(header.subarray(100, 108)) & 0o7777,
    uid: extension.uid ?? numberIn(header.subarray(108, 116)),
    gid: extension.gid ?? numberIn(header.subarray(116, 124)),
    target: extension.target ?? textIn(header.subarray(157, 257)),
    extendedAttributes: extension.extendedAttributes,
  };
}

function typeOf(flag: string): TarEntry['type'] {
  switch (flag) {
    case '0':
    case '\0':
      return 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '5':
      return 'directory';
    default:
      return 'other';
  }
}

/** `<length> <key>=<value>\n` again and again; the length, in bytes, is that of the whole record. */
function readRecords(content: Buffer): Extension {
  const records = new Map<string, string>();
  for (let offset = 0; offset < content.length;) {
    const length = Number.parseInt(content.toString('latin1', offset, offset + 20), 10);
    if (!(length > 0)) break;
    const record = content.toString('utf8', offset, offset + length - 1);
    const separator = record.indexOf('=');
    records.set(record.slice(record.indexOf(' ') + 1, separator), record.slice(separator + 1));
    offset += length;
  }
  const [path, target] = [records.get('path'), records.get('linkpath')];
  const [size, uid, gid] = [records.get('size'), records.get('uid'), records.get('gid')];
  return {
    ...(path === undefined ? {} : { path }),
    ...(target === undefined ? {} : { target }),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    ...(gid === undefined ? {} : { gid: Number(gid) }),
    extendedAttributes: Object.fromEntries(
      [...records]
        .filter(([key]) => key.startsWith(ATTRIBUTE))
        .map(([key, value]) => [key.slice(ATTRIBUTE.length), value]),
    ),
  };
}

/** Up to the first NUL. */
function textIn(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

/** Octal digits, or for large numbers base 256 with the highest bit set. */
function numberIn(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(textIn(field).trim() || '0', 8);
  return [...field.subarray(1)].reduce((total, byte) => total * 256 + byte, 0);
}
