import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paddedSize, readTarEntry } from './tar-header';
import { archiveOf } from './layer-archive';
import { readTarSplit } from './tar-split';

const LONG = `${'d'.repeat(90)}/${'f'.repeat(150)}`;
const BIG = 'x'.repeat(1000);

/** An archive of the host's tar, with everything that its headers can have. */
function archive(format: 'pax' | 'gnu'): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'tar-split-'));
  try {
    const transform = `s|^big$|${LONG}|`;
    writeFileSync(join(directory, 'small'), 'x');
    writeFileSync(join(directory, 'big'), BIG);
    execFileSync('ln', ['-s', 'small', join(directory, 'link')]);
    execFileSync('mkdir', [join(directory, 'folder')]);
    const flags = ['--create', `--format=${format}`, `--transform=${transform}`, '--directory', directory];
    return execFileSync('tar', [...flags, '--', 'folder', 'small', 'big', 'link']);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What containers-storage keeps of an archive: all bytes in between, and for each entry how many bytes of content. */
function tarSplit(tar: Buffer): string {
  const lines: object[] = [];
  let pending: Buffer[] = [];
  let padding = 0;
  for (let offset = 0; offset + 512 <= tar.length;) {
    const header = tar.subarray(offset, offset + 512);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8) || 0;
    const isExtension = 'xgLK'.includes(type);
    const end = offset + 512 + paddedSize(size);
    if (isExtension) {
      pending.push(tar.subarray(offset, end));
    } else {
      lines.push(
        { type: 2, payload: Buffer.concat([...pending, header]).toString('base64') },
        { type: 1, name: readTarEntry(Buffer.concat([...pending, header]).subarray(padding))?.path.slice(1), size },
      );
      pending = [tar.subarray(offset + 512 + size, end)];
      padding = paddedSize(size) - size;
    }
    offset = end;
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

describe('readTarSplit', () => {
  it.each(['pax', 'gnu'] as const)('reads every entry of a %s archive', (format) => {
    expect(readTarSplit(tarSplit(archive(format)))).toMatchObject([
      { path: '/folder', type: 'directory', size: 0 },
      { path: '/small', type: 'file', size: 1 },
      { path: `/${LONG}`, type: 'file', size: BIG.length },
      { path: '/link', type: 'symlink', size: 0 },
    ]);
  });

  it.each(['pax', 'gnu'] as const)('has every byte of a %s archive but the content of files', async (format) => {
    const whole = archive(format);
    const pieces: Buffer[] = [];
    const opened: string[] = [];
    for await (const piece of archiveOf(tarSplit(whole), contentOf)) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    expect(opened).toEqual(['small', LONG]);

    async function* contentOf(path: Buffer) {
      opened.push(path.toString());
      yield await Promise.resolve(Buffer.from(path.toString() === 'small' ? 'x' : BIG));
    }
  });

  it('refuses what is not a tar-split', () => {
    expect(() => readTarSplit('{"type":3}\n')).toThrow();
  });
});

describe('readTarEntry', () => {
  it('knows extended attributes and sizes from the header in front', () => {
    const records = '31 SCHILY.xattr.security.x=abc\n13 size=4711\n';
    const extension = header('x', 'PaxHeaders/a', records.length);
    const content = Buffer.alloc(paddedSize(records.length));
    content.write(records);
    expect(readTarEntry(Buffer.concat([extension, content, header('0', './a/b', 0)]))).toEqual({
      path: '/a/b',
      type: 'file',
      size: 4711,
      mode: 0,
      uid: 0,
      gid: 0,
      target: '',
      extendedAttributes: { 'security.x': 'abc' },
    });
  });

  it('finds none at the end of an archive', () => {
    expect(readTarEntry(Buffer.alloc(1024))).toBeUndefined();
  });
});

function header(type: string, name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(size.toString(8).padStart(11, '0'), 124);
  block.write(type, 156);
  return block;
}
