import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { namesIn, readIfThere, stateDirectory, writeAtomically, type ImageId } from '@immutablue/oci';
import * as z from 'zod';
import { type BuildPlan, partsIn } from '@immutablue/plan';
import type { StageTiming } from '../report/event';
import type { BuildInputs, Keys } from '../cache/keys';

const inputSchema = z.object({
  stage: z.string(),
  name: z.string(),
  value: z.string(),
  origin: z
    .object({
      variant: z.string().exactOptional(),
      file: z.string(),
      line: z.number().exactOptional(),
      column: z.number().exactOptional(),
    })
    .exactOptional(),
  writes: z.string().exactOptional(),
});

/** What the last build of an image was made from, so that the next one can say what is different. */
export const lastBuildSchema = z.object({
  reference: z.string(),
  imageId: z.string(),
  parent: z.object({ imageId: z.string(), layers: z.array(z.string()) }),
  inputs: z.array(inputSchema),
  dependencies: z.record(z.string(), z.string()),
  repositoryState: z.string(),
  codeDigest: z.string(),
  /** How long each sub-stage took when it last ran, in milliseconds. */
  durations: z.record(z.string(), z.number()),
});
export type LastBuild = z.output<typeof lastBuildSchema>;

function lastBuildPath(workspaceRoot: string, reference: string): string {
  const name = createHash('sha256').update(reference).digest('hex').slice(0, 32);
  return join(stateDirectory(workspaceRoot), 'last', `${name}.json`);
}

/** The last build of an image, or undefined when there was none that this version can read. */
export async function readLastBuild(workspaceRoot: string, reference: string): Promise<LastBuild | undefined> {
  const text = await readIfThere(lastBuildPath(workspaceRoot, reference));
  return text === undefined ? undefined : parseLastBuild(text);
}

function parseLastBuild(text: string): LastBuild | undefined {
  try {
    return lastBuildSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The names of all images that were built here. */
export async function readBuiltReferences(workspaceRoot: string): Promise<ReadonlySet<string>> {
  const directory = join(stateDirectory(workspaceRoot), 'last');
  const references = new Set<string>();
  for (const name of await namesIn(directory)) {
    if (!name.endsWith('.json')) continue;
    const last = parseLastBuild((await readIfThere(join(directory, name))) ?? '');
    if (last !== undefined) references.add(last.reference);
  }
  return references;
}

/** Notes what was built last under this name. */
export async function writeLastBuild(workspaceRoot: string, last: LastBuild): Promise<void> {
  await writeAtomically(lastBuildPath(workspaceRoot, last.reference), `${JSON.stringify(last)}\n`);
}

export interface FinishedBuild {
  readonly plan: BuildPlan;
  readonly keys: Keys;
  readonly inputs: BuildInputs;
  readonly imageId: ImageId;
  readonly timings: readonly StageTiming[];
  /** What was known before: sub-stages that did not run this time took as long as they did then. */
  readonly before: LastBuild | undefined;
}

/** What decides a build besides its plan and its parent. Pure. */
export function factsOf(
  inputs: Omit<BuildInputs, 'parent'>,
): Pick<LastBuild, 'dependencies' | 'repositoryState' | 'codeDigest'> {
  return {
    dependencies: Object.fromEntries(inputs.dependencies),
    repositoryState: inputs.repositories.state,
    codeDigest: inputs.codeDigest,
  };
}

/** What is noted of a finished build. Pure. */
export function lastBuildOf({ plan, keys, inputs, imageId, timings, before }: FinishedBuild): LastBuild {
  const ran: Record<string, number> = {};
  for (const { stage, milliseconds } of timings) ran[stage] = Math.round(milliseconds);
  return {
    reference: plan.reference,
    imageId,
    parent: { imageId: inputs.parent.id, layers: [...inputs.parent.layers] },
    inputs: partsIn(keys.segments).flatMap((segment) => [...segment.inputs]),
    ...factsOf(inputs),
    durations: { ...before?.durations, ...ran },
  };
}
