import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

declare const brand: unique symbol;

/** Names an artifact by all that went into it: 24 hexadecimal digits of the recipe's SHA-256. */
export type RecipeHash = string & { readonly [brand]: 'recipe-hash' };

/** What an artifact is made of, as data. Two recipes that are equal make artifacts that can stand for each other. */
export type Recipe = string | number | readonly Recipe[] | { readonly [key: string]: Recipe };

const LENGTH = 24;

/** The hash of a recipe. The order of an object's keys does not matter; that of a list does. */
export function recipeHash(recipe: Recipe): RecipeHash {
  return createHash('sha256').update(canonical(recipe)).digest('hex').slice(0, LENGTH) as RecipeHash;
}

/** A recipe as text, equal for equal recipes. */
function canonical(recipe: Recipe): string {
  if (typeof recipe !== 'object') return JSON.stringify(recipe);
  if (isList(recipe)) return `[${recipe.map(canonical).join(',')}]`;
  const fields = Object.entries(recipe).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`).join(',')}}`;
}

function isList(recipe: Exclude<Recipe, string | number>): recipe is readonly Recipe[] {
  return Array.isArray(recipe);
}

/** The files below a directory as part of a recipe: path, executable or not, and content of each. */
export async function recipeOfFiles(directory: string): Promise<Recipe> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const described = await Promise.all(
    files.map(async (file): Promise<[string, Recipe]> => {
      const [{ mode }, content] = await Promise.all([lstat(file), readFile(file)]);
      const digest = createHash('sha256').update(content).digest('hex');
      return [file.slice(directory.length + 1), [mode & 0o111 ? 'executable' : 'file', digest]];
    }),
  );
  return Object.fromEntries(described);
}
