import { createHash } from 'node:crypto';
import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { cacheDirectory } from './cache-directory';
import { readIfThere, writeCache } from './files';
import { findProgram } from './find-program';
import type { Argv } from './process';

/** Something that a program is asked, whose answer stays the same for as long as what decides it does. */
export interface Question {
  readonly argv: Argv;
  /** Files, and folders with what is directly in them, absolute. The program itself need not be named. */
  readonly files: readonly string[];
  /** The values of environment variables, and what else decides the answer. */
  readonly circumstances: readonly (string | undefined)[];
}

const knownSchema = z.object({ marks: z.string(), answer: z.string() });

/** The clock of a file system may be a little behind, in milliseconds. */
const CLOCK_LAG = 50;

/**
 * What a program answers, kept in the user's cache: starting one of Go's takes longer than most of what is asked.
 *
 * @param ask gives the answer; what it throws is not kept.
 * @param isTrue whether a kept answer still holds, beside that nothing has changed that decides it.
 */
export async function knownAnswer(
  question: Question,
  ask: () => Promise<string>,
  isTrue: (answer: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<string> {
  const program = findProgram(question.argv[0]);
  const asked = JSON.stringify([question.argv, program, question.circumstances]);
  const file = join(
    cacheDirectory(),
    'answers',
    `${createHash('sha256').update(asked).digest('hex').slice(0, 32)}.json`,
  );
  const found = [...(program === undefined ? [] : [program]), ...question.files].map(marksOf);
  const marks = JSON.stringify(found);
  const known = await readKnown(file);
  if (known?.marks === marks && (await isTrue(known.answer))) return known.answer;
  const before = Date.now() - CLOCK_LAG;
  const answer = await ask();
  // An edit that has only just been made cannot be told from one that follows it.
  const isSettled = found.flat().every(({ changed }) => changed < before);
  if (program !== undefined && isSettled) await writeCache(file, JSON.stringify({ marks, answer }));
  return answer;
}

async function readKnown(file: string): Promise<z.infer<typeof knownSchema> | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return knownSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Tells a version of a file from any other: its change time is set by the system alone. */
interface Mark {
  readonly path: string;
  readonly changed: number;
  readonly rest: string;
}

/** Looked at at once: dozens of such small questions take many times as long in the background. */
function marksOf(path: string): Mark[] {
  const found = statIfThere(path);
  if (found === undefined) return [];
  const mark = { path, changed: found.ctimeMs, rest: [found.dev, found.ino, found.size, found.mtimeMs].join(' ') };
  if (!found.isDirectory()) return [mark];
  return [
    mark,
    ...readdirSync(path)
      .sort()
      .flatMap((name) => markOfEntry(join(path, name))),
  ];
}

function markOfEntry(path: string): Mark[] {
  return statIfThere(path)?.isFile() === true ? marksOf(path) : [];
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(code)) return undefined;
    throw error;
  }
}
