import { toDigest, toLayer, type Layer, type TarEntry } from '@immutablue/oci';

/**
 * A layer from a few words for each entry: `/etc/` is a directory, `/etc/a=text` a file with that content, `/etc/b -> c` a
 * link, `-/etc/d` removes a path, `-/etc/*` what is in a directory; `0700 ` in front is the mode.
 */
export function layerOf(...lines: readonly string[]): Layer {
  return toLayer(toDigest(`sha256:${'0'.repeat(64)}`), lines.map(entryOf));
}

function entryOf(line: string): TarEntry {
  const common = { path: '', size: 0, mode: 0o644, uid: 0, gid: 0, target: '', extendedAttributes: {} };
  const { mode, rest = '' } = /^(?:(?<mode>0\d+) )?(?<rest>.*)$/.exec(line)?.groups ?? {};
  const withMode = mode === undefined ? common : { ...common, mode: Number.parseInt(mode, 8) };
  if (rest.startsWith('-')) {
    const [, directory = '', name = ''] = /^-(.*)\/([^/]*)$/.exec(rest) ?? [];
    return { ...common, type: 'file', path: `${directory}/${name === '*' ? '.wh..wh..opq' : `.wh.${name}`}` };
  }
  if (rest.endsWith('/')) return { ...withMode, type: 'directory', path: rest.slice(0, -1) };
  const [link, target] = rest.split(' -> ');
  if (target !== undefined) return { ...withMode, type: 'symlink', path: link ?? '', target };
  const [path = '', content = ''] = rest.split('=');
  return { ...withMode, type: 'file', path, size: content.length, checksum: content };
}
