import type { Owner } from '@immutablue/diagnostics';
import type { RootCheck } from './check';
import type { Ancestor } from './context';
import type { Finding } from './finding';
import type { ImageRoot } from './image-root';

/**
 * Tells findings of the image from those of the images that it stands on, by doing the same check there.
 *
 * @returns for each finding that is not the image's own, whose it is: that of the lowest image which has it, in the same
 *   state in every image between.
 */
export async function originsOf(
  check: RootCheck,
  image: ImageRoot,
  findings: readonly Finding[],
  ancestors: readonly Ancestor[],
): Promise<ReadonlyMap<Finding, Owner>> {
  const origins = new Map<Finding, Owner>();
  let remaining = await withStates(image, findings);
  for (const { owner, open } of ancestors) {
    if (remaining.length === 0) break;
    const ancestor = await open();
    const states = new Set((await withStates(ancestor, await check.run(ancestor))).map(({ state }) => state));
    remaining = remaining.filter(({ state }) => states.has(state));
    for (const { finding } of remaining) origins.set(finding, owner);
  }
  return origins;
}

/** Findings with everything that must be the same for them to be one and the same in two images. */
function withStates(image: ImageRoot, findings: readonly Finding[]) {
  return Promise.all(findings.map(async (finding) => ({ finding, state: await stateOf(image, finding) })));
}

async function stateOf({ root }: ImageRoot, { message, path, state }: Finding): Promise<string> {
  if (path === undefined || state !== undefined) return JSON.stringify([message, path, state]);
  const stat = await root.lstat(path);
  // A directory changes with what is in it: that has findings of its own.
  const content = stat?.type === 'file' ? await root.sha256(path) : (stat?.target ?? '');
  const { type, mode, uid, gid } = stat ?? {};
  return JSON.stringify([message, path, type, mode, uid, gid, content]);
}
