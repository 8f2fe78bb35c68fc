import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { foldersIn, readIfThere, type StoredImage } from '@immutablue/oci';
import { yamlContent, type Architecture } from '@immutablue/variant';
import * as z from 'zod';
import { labFile } from './cache/paths';
import { readOverrideUnits, readSettings } from './workspace';

/** `digest` stands for what is there and what was asked for. */
export type LabState = { readonly kind: 'missing' } | { readonly kind: 'there'; readonly digest: string };

/** Of the lab's record, as far as it names what must be there. */
const recordSchema = z.object({ images: z.array(z.object({ reference: z.string(), imageId: z.string() })) });

/**
 * What the lab is, by its own record, and what variants ask of it: while both are the same, `lab:up` has nothing to do. As
 * files that Nx knows of, what variants ask would make every edit of one affect the project of the lab.
 *
 * @returns `missing` when something that the record names is not there: then nothing stands for an earlier `lab:up`.
 */
export async function labState(
  workspaceRoot: string,
  architecture: Architecture,
  images: readonly StoredImage[],
): Promise<LabState> {
  const directory = join(workspaceRoot, (await readSettings(workspaceRoot)).variants);
  const repository = join(workspaceRoot, '.immutablue', 'lab', 'repository', 'rpms', 'repodata', 'repomd.xml');
  const [metadata, record, ...demands] = await Promise.all([
    readIfThere(repository),
    readIfThere(labFile(workspaceRoot, architecture)),
    demand(directory),
    readOverrideUnits(directory),
  ]);
  const recorded = parseRecord(record ?? '');
  const isThere =
    metadata !== undefined &&
    recorded?.images.every(({ reference, imageId }) =>
      images.some(({ id, names }) => id === imageId && names.includes(reference)),
    );
  if (isThere !== true) return { kind: 'missing' };
  const text = JSON.stringify([metadata, recorded, demands]);
  return { kind: 'there', digest: createHash('sha256').update(text).digest('hex') };
}

/** Undefined for a record that is cut short. */
function parseRecord(text: string): z.output<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function demand(directory: string): Promise<unknown> {
  const names = ['variant.yaml', 'packages.yaml'];
  return Promise.all(
    (await foldersIn(directory)).map(async (variant) => [
      variant,
      ...(await Promise.all(names.map((name) => readIfThere(join(directory, variant, name))))).map((text) =>
        yamlContent(text ?? ''),
      ),
    ]),
  );
}
