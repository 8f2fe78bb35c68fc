import { findDigest, putManifest, type Manifest, type Repository } from '@immutablue/registry';
import { movedByOther, type TagState } from './tagging';

/**
 * Has tags stand for a manifest. A registry cannot move a tag only if it is still where it was: all are looked at before one is
 * moved, and each right before, and after.
 *
 * @param before what they stand for, as it was read last.
 * @throws {DiagnosticError} `publish/tag-moved` when another has moved one meanwhile; those before it in the list are moved.
 */
export async function moveTags(
  repository: Repository,
  manifest: Manifest,
  before: readonly TagState[],
  onMoved: (state: TagState) => void,
  signal: AbortSignal,
): Promise<void> {
  const name = `${repository.connection.host}/${repository.name}`;
  const isThere = async (state: TagState) => {
    const now = await findDigest(repository, state.tag, signal);
    if (now !== manifest.digest && now !== state.digest) throw movedByOther(name, state.tag, state.digest, now);
    return now === manifest.digest;
  };
  for (const state of before) await isThere(state);
  for (const state of before) {
    if (await isThere(state)) continue;
    await putManifest(repository, manifest, state.tag, signal);
    const after = await findDigest(repository, state.tag, signal);
    if (after !== manifest.digest) throw movedByOther(name, state.tag, state.digest, after);
    onMoved(state);
  }
}
