import { existsSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, stateDirectory, writeCache } from '@immutablue/oci';
import * as z from 'zod';
import { sha256 } from '@immutablue/plan';

/** What files hold, by what tells their versions apart: one is read again only after it was written. */
export interface FileDigests {
  /** The SHA-256 of a file, hexadecimal. */
  readonly of: (path: string, stat: Stats) => string;
  /** What `make` makes of the content of a file, whose SHA-256 is `content`: made again only of another content. */
  readonly derived: (path: string, content: string, make: () => string) => string;
  /** Keeps for other processes what was not known. */
  readonly keep: () => Promise<void>;
}

const keptSchema = z.record(z.string(), z.tuple([z.string(), z.string()]));

/** Before the path of a file where something is made of its content. */
const DERIVED = 'of ';

/** The clock of a file system may be a little behind, in milliseconds. */
const CLOCK_LAG = 50;

/** Reads what was kept in a workspace. */
export async function openFileDigests(workspaceRoot: string): Promise<FileDigests> {
  const file = join(stateDirectory(workspaceRoot), 'file-digests.json');
  const kept = new Map(Object.entries(parseKept(await readIfThere(file))));
  let isComplete = true;
  return {
    of: (path, stat) => {
      const mark = markOf(stat);
      const known = kept.get(path);
      if (known?.[0] === mark) return known[1];
      const before = Date.now() - CLOCK_LAG;
      const digest = sha256(readFileSync(path));
      // An edit that has only just been made cannot be told from one that follows it.
      if (stat.ctimeMs < before) {
        kept.set(path, [mark, digest]);
        isComplete = false;
      }
      return digest;
    },
    derived: (path, content, make) => {
      const known = kept.get(`${DERIVED}${path}`);
      if (known?.[0] === content) return known[1];
      const made = make();
      kept.set(`${DERIVED}${path}`, [content, made]);
      isComplete = false;
      return made;
    },
    keep: async () => {
      if (isComplete) return;
      isComplete = true;
      for (const path of kept.keys()) {
        if (!existsSync(path.replace(DERIVED, ''))) kept.delete(path);
      }
      await writeCache(file, JSON.stringify(Object.fromEntries(kept)));
    },
  };
}

/** The change time is set by the system alone. */
function markOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

/** What cannot be read is found out anew. */
function parseKept(text: string | undefined): z.output<typeof keptSchema> {
  try {
    return keptSchema.safeParse(JSON.parse(text ?? '{}')).data ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
