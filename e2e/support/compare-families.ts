import { runCommand } from '@immutablue/oci';
import * as z from 'zod';
import { MEMBERS, type MemberName } from '../../testing/family-edits';
import { compareTrees, readImageTree, renderDifferences } from '../../testing/tree-digest';
import type { FamilyResult, MemberResult } from './family-builds';
import type { Store } from './store';

export interface ComparedFamilies {
  /** `refused`: a build of the family stopped with a fault. */
  readonly outcome: 'built' | 'refused';
  /** What is not the same, for a person; nothing when all is right. */
  readonly differences: readonly string[];
  /** How each variant was built. */
  readonly notes: readonly string[];
}

/** What building a family gave, with the store that has its images. */
export interface BuiltFamily {
  readonly store: Store;
  readonly result: FamilyResult;
}

type Image = Extract<MemberResult, { kind: 'image' }>;

/** Compares what building a family from nothing gives with what building it incrementally does. */
export async function compareFamilies(wanted: BuiltFamily, now: BuiltFamily): Promise<ComparedFamilies> {
  const differences: string[] = [];
  const notes: string[] = [];
  for (const name of MEMBERS) {
    const [left, right] = [resultOf(wanted, name), resultOf(now, name)];
    notes.push(`${name}: ${describe(right)}`);
    if (left.kind === 'image' && right.kind === 'image') {
      differences.push(...(await compareImages(name, [wanted.store, left], [now.store, right])));
    } else if (outcomeOf(left) !== outcomeOf(right)) {
      differences.push(`${name}: ${describe(left)}, ${describe(right)}`);
    }
  }
  const isRefused = [...now.result.values()].some(({ kind }) => kind !== 'image');
  return { outcome: isRefused ? 'refused' : 'built', differences, notes };
}

/** The same layers are the same root filesystem, and make the same image; others can be the same root filesystem, too. */
async function compareImages(name: string, left: [Store, Image], right: [Store, Image]): Promise<string[]> {
  const differences: string[] = [];
  const [leftConfiguration, rightConfiguration] = [await configurationOf(...left), await configurationOf(...right)];
  if (leftConfiguration !== rightConfiguration)
    differences.push(`${name}: ${leftConfiguration}, ${rightConfiguration}`);
  if (left[1].layers.join() === right[1].layers.join()) {
    if (left[1].imageId !== right[1].imageId)
      differences.push(`${name}: the image ${left[1].imageId}, ${right[1].imageId}, of the same layers`);
    return differences;
  }
  const trees = compareTrees(await treeOf(...left), await treeOf(...right));
  if (trees.length > 0) differences.push(`${name}:`, renderDifferences(trees));
  return differences;
}

function treeOf({ environment }: Store, { imageId }: Image) {
  return readImageTree(imageId, environment);
}

/** The configuration, without the labels that name a build: its key, and the parent's image as it was made. */
async function configurationOf({ environment }: Store, { imageId }: Image): Promise<string> {
  const argv = ['skopeo', 'inspect', '--config', `containers-storage:@${imageId}`] as const;
  const { stdout } = await runCommand(argv, { environment });
  const { config } = configurationSchema.parse(JSON.parse(stdout));
  const labels = Object.entries(config.Labels)
    .filter(([name]) => !['io.immutablue.build-key', 'org.opencontainers.image.base.digest'].includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify({ ...config, Labels: labels }, undefined, 1);
}

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
const configurationSchema = z.object({ config: z.looseObject({ Labels: z.record(z.string(), z.string()) }) });

function resultOf({ result }: BuiltFamily, name: MemberName): MemberResult {
  const found = result.get(name);
  if (found === undefined) throw new Error(`${name} was not built`);
  return found;
}

function outcomeOf(result: MemberResult): string {
  return result.kind === 'fault' ? `fault ${result.code}` : result.kind;
}

function describe(result: MemberResult): string {
  switch (result.kind) {
    case 'image':
      return result.ran.length === 0 ? 'nothing ran' : `ran ${result.ran.join(' ')}`;
    case 'fault':
      return `${result.code}: ${result.message}`;
    case 'no-parent':
      return 'its parent was not built';
  }
}
