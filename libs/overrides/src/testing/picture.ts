import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { formatMode } from '@immutablue/diagnostics';

/** All that is below `root`, one line each: mode, owner, path, and content or target. */
export function pictureOf(root: string): readonly string[] {
  return namesBelow(root, '').map((path) => {
    const place = join(root, path);
    const stats = lstatSync(place);
    const facts = `${formatMode(stats.mode)} ${stats.uid}:${stats.gid} ${path}`;
    if (stats.isSymbolicLink()) return `${facts} -> ${readlinkSync(place)}`;
    return stats.isFile() ? `${facts}: ${JSON.stringify(readFileSync(place, 'utf8'))}` : `${facts}/`;
  });
}

function namesBelow(root: string, path: string): readonly string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      return entry.isDirectory() ? [child, ...namesBelow(root, child)] : [child];
    });
}
