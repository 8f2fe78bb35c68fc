import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '@immutablue/oci';
import * as z from 'zod';
import { familyFiles, MEMBERS, SECRET, type FamilyState, type MemberName } from '../../testing/family-edits';
import { errorsIn, sectionsOf } from './errors';
import { writeFamily } from './family-folder';
import type { Outcome } from './program';
import { addUpstream, bringUpstreamUp, writeWanted } from './family-upstream';
import { createWorkspace, type Workspace } from './workspace';

/** What building a variant gives: its image, the code of the fault, or nothing where its parent was not built. */
export type MemberResult =
  | {
      readonly kind: 'image';
      readonly imageId: string;
      /** diffIDs, the lowest first. */
      readonly layers: readonly string[];
      /** The sub-stages that ran for it now. */
      readonly ran: readonly string[];
    }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string }
  | { readonly kind: 'no-parent' };

export type FamilyResult = ReadonlyMap<MemberName, MemberResult>;

/** A workspace that holds the scratch family and no other variant, with small upstream images in a store of its own. */
export async function createFamilyWorkspace(): Promise<Workspace> {
  const workspace = await createWorkspace();
  const variants = join(workspace.root, 'packages');
  await rm(variants, { recursive: true });
  await mkdir(variants);
  await addUpstream(workspace);
  return workspace;
}

/** Makes the workspace what a state of the family says: its files, and which upstream image variants are to stand on. */
export async function writeState(workspace: Workspace, state: FamilyState): Promise<void> {
  await writeFamily(join(workspace.root, 'packages'), MEMBERS, familyFiles(state));
  await writeWanted(workspace, state);
}

/** The targets of a build. Nx gives options of its command to the targets that it names alone: dep-builders are named, too. */
export const BUILD = 'deps,build';

/** A task of nx on variants of the family, whose builds are given the secret that a state gives. */
export function runFamily(
  workspace: Workspace,
  state: FamilyState,
  targets: string,
  members: readonly MemberName[],
  ...options: readonly string[]
): Promise<Outcome> {
  return workspace.nxWith(secretsOf(state), ...familyTask(state, targets, members), '--outputStyle=static', ...options);
}

/** The arguments of nx for a task on variants of the family. */
export function familyTask({ release }: FamilyState, targets: string, members: readonly MemberName[]): string[] {
  return ['run-many', '--targets', targets, '--projects', members.join(), `--release=${release}`];
}

/** The secrets that a state gives to builds, as variables of the environment. */
export function secretsOf({ secret }: FamilyState): Readonly<Record<string, string>> {
  const variable = `IMMUTABLUE_SECRET_${SECRET.toUpperCase().replaceAll('-', '_')}`;
  return secret === 'given' ? { [variable]: 'value-of-a-secret' } : {};
}

/** Builds the family as people do, with what earlier builds have left. */
export async function buildFamily(workspace: Workspace, state: FamilyState): Promise<FamilyResult> {
  return buildMembers(workspace, state, MEMBERS);
}

/** Builds families, each image from nothing. */
export interface CleanBuilds {
  readonly build: (state: FamilyState) => Promise<FamilyResult>;
}

/**
 * Builds families in a workspace, each image from nothing. A variant whose files, and whose line of parents with theirs, are
 * those of an earlier state is not built from nothing again: two such builds give the same, which is a test of its own.
 */
export function cleanBuilds(workspace: Workspace): CleanBuilds {
  const known = new Map<string, { readonly result: MemberResult; readonly record: string | undefined }>();
  return {
    build: async (state) => {
      await writeState(workspace, state);
      const keys = new Map(MEMBERS.map((name) => [name, lineKey(state, name)]));
      const results = new Map<MemberName, MemberResult>();
      for (const [name, key] of keys) {
        const found = known.get(key);
        if (found === undefined) continue;
        results.set(name, found.result);
        if (found.record !== undefined) await writeFile(recordFile(workspace, name), found.record);
      }
      await bringUpstreamUp(workspace, state);
      const unknown = MEMBERS.filter((name) => !results.has(name));
      // What was built under the same hash is not built from nothing; what is known is not built at all.
      const options = ['--clean', '--skip-nx-cache', '--exclude-task-dependencies'];
      const built = await buildMembers(workspace, state, unknown, ...options);
      for (const [name, result] of built) {
        results.set(name, result);
        const record = result.kind === 'image' ? await readFile(recordFile(workspace, name), 'utf8') : undefined;
        known.set(keys.get(name) ?? '', { result, record });
      }
      return results;
    },
  };
}

function recordFile({ root }: Workspace, name: MemberName): string {
  return join(root, 'packages', name, 'dist', 'image.json');
}

async function buildMembers(
  workspace: Workspace,
  state: FamilyState,
  members: readonly MemberName[],
  ...options: readonly string[]
): Promise<FamilyResult> {
  if (members.length === 0) return new Map();
  // It is written when something has run.
  for (const name of members) await rm(timingsFile(workspace, name), { force: true });
  const { exitCode, output } = await runFamily(workspace, state, BUILD, members, ...options);
  const sections = sectionsOf(output);
  const results = new Map<MemberName, MemberResult>();
  for (const name of members) results.set(name, await resultOf(workspace, name, sections, { exitCode, output }));
  return results;
}

async function resultOf(
  workspace: Workspace,
  name: MemberName,
  sections: ReadonlyMap<string, string>,
  outcome: { readonly exitCode: number; readonly output: string },
): Promise<MemberResult> {
  const section = sections.get(name);
  const [error] = errorsIn(section ?? (sections.size === 0 ? outcome.output : ''));
  const fault = /^error\[(?<code>[^\]]+)\]: (?<message>.*)/.exec(error ?? '')?.groups;
  if (fault !== undefined) return { kind: 'fault', code: fault['code'] ?? '', message: fault['message'] ?? '' };
  if (section === undefined) {
    if (outcome.exitCode === 0 || sections.size === 0) throw new Error(`${name} was not built:\n${outcome.output}`);
    return { kind: 'no-parent' };
  }
  const { imageId, layers } = recordSchema.parse(JSON.parse(await readFile(recordFile(workspace, name), 'utf8')));
  const isFromCache = /^.*/.exec(section)?.[0].includes('cache') === true;
  return { kind: 'image', imageId, layers, ran: isFromCache ? [] : await ranIn(workspace, name) };
}

const recordSchema = z.object({ imageId: z.string(), layers: z.array(z.string()) });

function timingsFile({ root }: Workspace, name: MemberName): string {
  return join(root, 'packages', name, 'dist', 'timings.json');
}

/** The sub-stages that the last build of a variant ran. */
async function ranIn(workspace: Workspace, name: MemberName): Promise<string[]> {
  const text = await readIfThere(timingsFile(workspace, name));
  return text === undefined ? [] : timingsSchema.parse(JSON.parse(text)).stages.map(({ stage }) => stage);
}

const timingsSchema = z.object({ stages: z.array(z.object({ stage: z.string() })) });

/** All that decides the image of a variant, by the files alone. */
function lineKey(state: FamilyState, name: MemberName): string {
  const line = lineOf(state, name);
  const files = familyFiles(state).filter(({ path }) => line.some((member) => path.startsWith(`${member}/`)));
  return createHash('sha256')
    .update(JSON.stringify([state.release, state.revision, state.secret, files]))
    .digest('hex');
}

/** A variant and all that it stands on, itself first. */
export function lineOf(state: FamilyState, name: MemberName): readonly MemberName[] {
  const line: MemberName[] = [];
  for (let next: MemberName | 'upstream' = name; next !== 'upstream'; next = state.members[next].from) line.push(next);
  return line;
}
