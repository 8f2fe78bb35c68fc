import { rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn, stateDirectory, writeAtomically } from '@immutablue/oci';
import { sha256 } from '@immutablue/plan';
import * as z from 'zod';
import { ENTRIES, type Entry, type EntryKind } from './entry';
import { readJson } from './read-json';

/** Of all entries: one that another version has written counts as not there. */
const VERSION = 2;

/** An entry with what it is known by and when it was used last, in milliseconds since 1970. */
export interface KeptEntry<Kind extends EntryKind> {
  readonly id: string;
  readonly entry: Entry<Kind>;
  readonly usedAt: number;
}

/** What happened before in a workspace, for this user's store of images. */
export interface Ledger {
  /** Undefined when there is no such entry, or none that can be read. */
  readonly read: <Kind extends EntryKind>(kind: Kind, id: string) => Promise<Entry<Kind> | undefined>;
  readonly write: <Kind extends EntryKind>(kind: Kind, id: string, entry: Entry<Kind>) => Promise<void>;
  /** Records that an entry was used just now. */
  readonly touch: (kind: EntryKind, id: string) => Promise<void>;
  readonly forget: (kind: EntryKind, id: string) => Promise<void>;
  /** All entries of a kind that can be read. */
  readonly list: <Kind extends EntryKind>(kind: Kind) => Promise<readonly KeptEntry<Kind>[]>;
}

/** The ledger of a workspace: one file for each entry, written as a whole or not at all. */
export function openLedger(workspaceRoot: string): Ledger {
  const directoryOf = (kind: EntryKind) => join(stateDirectory(workspaceRoot), kind);
  const fileOf = (kind: EntryKind, id: string) => join(directoryOf(kind), `${id}.json`);
  const read = async <Kind extends EntryKind>(kind: Kind, id: string): Promise<Entry<Kind> | undefined> => {
    // The table has for each kind the schema of its entries, which the type of an index cannot say.
    const entry = ENTRIES[kind] as unknown as z.ZodType<Entry<Kind>>;
    return (await readJson(fileOf(kind, id), z.object({ version: z.literal(VERSION), entry })))?.entry;
  };
  return {
    read,
    write: async (kind, id, entry) => {
      // What cannot be read again would be as good as not written, and nothing would tell.
      ENTRIES[kind].parse(entry);
      await writeAtomically(fileOf(kind, id), `${JSON.stringify({ version: VERSION, entry })}\n`);
    },
    touch: async (kind, id) => {
      const now = new Date();
      await utimes(fileOf(kind, id), now, now);
    },
    forget: (kind, id) => rm(fileOf(kind, id), { force: true }),
    list: async (kind) => {
      const kept = [];
      for (const name of await namesIn(directoryOf(kind))) {
        // Skips temporary files of interrupted writes.
        const id = /^([0-9a-f]+)\.json$/.exec(name)?.[1];
        const entry = id === undefined ? undefined : await read(kind, id);
        if (id === undefined || entry === undefined) continue;
        kept.push({ id, entry, usedAt: (await stat(fileOf(kind, id))).mtimeMs });
      }
      return kept;
    },
  };
}

/** What the builds of an image are known by: names hold characters that files cannot have. */
export function buildsId(reference: string): string {
  return sha256(reference).slice(0, 32);
}
