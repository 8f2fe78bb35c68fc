import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { writeAtomically } from '@immutablue/oci';
import { buildImage, imageRecordPath, readPlan, type BuildEvent, type ImageRecord } from '@immutablue/stage-runner';
import { imageSettingsSchema, isRelease } from '@immutablue/variant';
import { familyFiles, MEMBERS, type FamilyState, type MemberName } from '../../testing/family-edits';
import { writeFamily } from './family-folder';

/** What building a variant gives: its image, the code of the fault, or nothing where its parent was not built. */
export type MemberResult =
  | { readonly kind: 'image'; readonly record: ImageRecord; readonly how: string }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string }
  | { readonly kind: 'no-parent' };

export type FamilyResult = ReadonlyMap<MemberName, MemberResult>;

const SETTINGS = imageSettingsSchema.parse({ releases: ['44', '43'] });

/** A workspace with a family, in which images are built by this process. */
export interface FamilyBuilds {
  /** Makes the family's files what `state` says, and builds all of it. */
  readonly build: (state: FamilyState) => Promise<FamilyResult>;
}

/** Makes a workspace of a folder that has the lab; its builds use what earlier ones left. */
export function incrementalBuilds(root: string): FamilyBuilds {
  return {
    build: async (state) => {
      await writeFiles(root, state);
      return buildAll(state, (name) => buildMember(root, state, name, 'by-key'));
    },
  };
}

/**
 * Makes a workspace of a folder that has the lab, which builds each image from nothing. A variant whose files, and whose line of parents with theirs, are
 * those of an earlier state is not built from nothing again: two such builds give the same, which is a test of its own.
 */
export function cleanBuilds(root: string): FamilyBuilds {
  const known = new Map<string, MemberResult>();
  return {
    build: async (state) => {
      await writeFiles(root, state);
      return buildAll(state, async (name) => {
        const key = lineKey(state, name);
        const found = known.get(key);
        if (found !== undefined) {
          if (found.kind === 'image') await restoreRecord(root, name, found.record);
          return found;
        }
        const built = await buildMember(root, state, name, 'never');
        known.set(key, built);
        return built;
      });
    },
  };
}

async function buildAll(state: FamilyState, build: (name: MemberName) => Promise<MemberResult>): Promise<FamilyResult> {
  const results = new Map<MemberName, MemberResult>();
  for (const name of MEMBERS) {
    const { from } = state.members[name];
    const hasParent = from === 'upstream' || results.get(from)?.kind === 'image';
    results.set(name, hasParent ? await build(name) : { kind: 'no-parent' });
  }
  return results;
}

async function buildMember(
  root: string,
  state: FamilyState,
  variant: MemberName,
  reuse: 'by-key' | 'never',
): Promise<MemberResult> {
  const events: BuildEvent[] = [];
  const { release } = state;
  if (!isRelease(release)) throw new Error(`${release} is no release`);
  try {
    const request = {
      variant,
      release,
      upstream: 'lab',
      workspaceRoot: root,
      settings: SETTINGS,
    } as const;
    const record = await buildImage({
      plan: await readPlan(request),
      workspaceRoot: root,
      variantsDirectory: join(root, SETTINGS.variants),
      reuse,
      onFailure: 'remove',
      signal: new AbortController().signal,
      emit: (event) => events.push(event),
    });
    return { kind: 'image', record, how: howOf(events) };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [{ code, message }] = error.diagnostics;
    return { kind: 'fault', code, message };
  }
}

/** Which sub-stages ran, for the reader of a failed test. */
function howOf(events: readonly BuildEvent[]): string {
  const ran = events.flatMap((event) => (event.kind === 'stage-finished' ? [event.stage] : []));
  const summary = events.flatMap((event) => (event.kind === 'explained' ? [event.summary] : []));
  return `${ran.length === 0 ? 'nothing ran' : `ran ${ran.join(' ')}`} (${summary.flat().join('; ')})`;
}

/** All that decides the image of a variant, by the files alone. */
function lineKey(state: FamilyState, name: MemberName): string {
  const line: MemberName[] = [];
  for (let next: MemberName | 'upstream' = name; next !== 'upstream'; next = state.members[next].from) line.push(next);
  const files = familyFiles(state).filter(({ path }) => line.some((member) => path.startsWith(`${member}/`)));
  return createHash('sha256')
    .update(JSON.stringify([state.release, state.revision, files]))
    .digest('hex');
}

async function writeFiles(root: string, state: FamilyState): Promise<void> {
  await writeFamily(join(root, SETTINGS.variants), MEMBERS, familyFiles(state));
}

async function restoreRecord(root: string, name: MemberName, record: ImageRecord): Promise<void> {
  await writeAtomically(imageRecordPath(join(root, SETTINGS.variants, name)), `${JSON.stringify(record)}\n`);
}
