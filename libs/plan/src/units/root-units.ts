import { basename } from 'node:path/posix';
import type { RootFilesystem } from '@immutablue/overrides';
import type { UnitTree } from './find-unit';

/** The units in a root filesystem. */
export function unitsIn(root: RootFilesystem): UnitTree {
  return {
    at: async (path) => {
      const stat = await root.lstat(path);
      if (stat === undefined) return { kind: 'absent' };
      if (stat.target === '/dev/null') return { kind: 'masked' };
      const { type, path: resolved } = await root.resolve(path);
      if (type !== 'file') return { kind: 'unknown' };
      return { kind: 'file', name: basename(resolved), text: (await root.readFile(resolved)).toString() };
    },
    namesIn: async (directory) => {
      const { type, path } = await root.resolve(directory);
      return type === 'directory' ? (await root.list(path)).map((node) => basename(node.path)) : [];
    },
  };
}
