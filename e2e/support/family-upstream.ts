import { readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import type { FamilyState } from '../../testing/family-edits';
import { makeSmallImages, SMALL_IMAGES } from './small-image';
import type { Workspace } from './workspace';

/**
 * Gives a workspace a project in the place of the lab, whose task `up` makes the upstream image of the family what the state
 * says: the lab would make one of its own of that name.
 */
export async function addUpstream(workspace: Workspace): Promise<void> {
  await makeSmallImages(workspace.store);
  const targets = { up: { executor: 'nx:run-commands', outputs: OUTPUTS, options: { command: `sh ${UP}` } } };
  await workspace.write('upstream/project.json', JSON.stringify({ name: 'upstream', targets }));
  await workspace.write(UP, upScript(await readlink(join(workspace.root, LINK))));
  const settings = await readFile(join(workspace.root, 'nx.json'), 'utf8');
  await workspace.write('nx.json', settings.replace('"lab": "lab"', '"lab": "upstream"'));
}

const UP = 'upstream/up.sh';
const WANTED = 'upstream/wanted.sh';
const LINK = '.immutablue/lab/repository';
const OUTPUTS = ['{projectRoot}/dist/lab.json'];

function upScript(repository: string): string {
  return `set -eu
. ${WANTED}
mkdir -p upstream/dist .immutablue/lab
ln -sfn '${repository}' ${LINK}
buildah tag "${SMALL_IMAGES}-revision:$release-$revision" "${SMALL_IMAGES}:$release"
buildah inspect --type image --format '"{{.FromImageID}}"' "${SMALL_IMAGES}:$release" >upstream/dist/lab.json
`;
}

/** Says which upstream image the next `up` makes. */
export async function writeWanted(workspace: Workspace, { release, revision }: FamilyState): Promise<void> {
  await workspace.write(WANTED, `release=${release}\nrevision=${revision}\n`);
}

/** The same, and makes it at once. */
export async function bringUpstreamUp(workspace: Workspace, state: FamilyState): Promise<void> {
  await writeWanted(workspace, state);
  await runCommand(['sh', UP], { cwd: workspace.root, environment: workspace.environment });
}

/** Takes away what `up` makes, as `lab:down` does. */
export async function takeUpstreamDown({ root, store }: Workspace, { release }: FamilyState): Promise<void> {
  for (const path of [LINK, 'upstream/dist/lab.json']) await rm(join(root, path), { force: true });
  if ((await store.imageId(`${SMALL_IMAGES}:${release}`)) === undefined) return;
  await store.run('buildah', 'rmi', `${SMALL_IMAGES}:${release}`);
}
