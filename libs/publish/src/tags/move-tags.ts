import { DiagnosticError } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import { findDigest, putManifest, type Manifest, type Repository } from '@immutablue/registry';

/** What a tag stands for; undefined when it is free. */
export interface TagState {
  readonly tag: string;
  readonly digest: Digest | undefined;
}

/** What tags stand for now. @throws {DiagnosticError} `registry/…`. */
export async function readTags(
  repository: Repository,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<readonly TagState[]> {
  const states: TagState[] = [];
  for (const tag of tags) states.push({ tag, digest: await findDigest(repository, tag, signal) });
  return states;
}

/**
 * Has tags stand for a manifest. A registry cannot move a tag only if it is still where it was: it is looked at right before, and
 * after.
 *
 * @param before what they stood for when the publication began.
 * @throws {DiagnosticError} `publish/tag-moved` when another has moved one meanwhile; those before it in the list are moved.
 */
export async function moveTags(
  repository: Repository,
  manifest: Manifest,
  before: readonly TagState[],
  onMoved: (state: TagState) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const state of before) {
    const now = await findDigest(repository, state.tag, signal);
    if (now === manifest.digest) continue;
    if (now !== state.digest) throw movedByOther(repository, state, now);
    await putManifest(repository, manifest, state.tag, signal);
    const after = await findDigest(repository, state.tag, signal);
    if (after !== manifest.digest) throw movedByOther(repository, state, after);
    onMoved(state);
  }
}

function movedByOther(
  { connection, name }: Repository,
  { tag, digest }: TagState,
  now: Digest | undefined,
): DiagnosticError {
  return new DiagnosticError({
    code: 'publish/tag-moved',
    message: `the tag \`${tag}\` of \`${connection.host}/${name}\` was moved by another publication meanwhile: it is left where it is`,
    notes: [`at the start: ${digest ?? 'free'}`, `now: ${now ?? 'free'}`],
    hint: 'look which image is the right one, then publish again',
  });
}
