import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What to make at a path. */
export type Plant =
  | { readonly type: 'file'; readonly content: string; readonly mode: number; readonly uid?: number }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'symlink'; readonly target: string };

/** What to make, by path. */
export type Plants = Readonly<Record<string, Plant>>;

export function file(content = '', mode = 0o644, uid?: number): Plant {
  return { type: 'file', content, mode, ...(uid === undefined ? {} : { uid }) };
}

export function directory(mode = 0o755): Plant {
  return { type: 'directory', mode };
}

export function link(target: string): Plant {
  return { type: 'symlink', target };
}

/** Makes files, directories and links below `root`; parents as needed. */
export function plant(root: string, plants: Plants): string {
  mkdirSync(root, { recursive: true });
  for (const [path, what] of Object.entries(plants)) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    switch (what.type) {
      case 'file':
        writeFileSync(place, what.content);
        if (what.uid !== undefined) chownSync(place, what.uid, what.uid);
        chmodSync(place, what.mode);
        break;
      case 'directory':
        mkdirSync(place, { recursive: true });
        chmodSync(place, what.mode);
        break;
      case 'symlink':
        symlinkSync(what.target, place);
    }
  }
  return root;
}
