/**
 * The images of containers-storage, from its own record of them: some milliseconds, where a start of buildah takes ten times
 * as long, and Nx asks for each variant. Plain JavaScript without imports from the workspace.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @returns {Promise<string | undefined>} the content of a file, or undefined when there is none. */
export async function readIfThere(path) {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes a file so that a reader sees the old content or the new.
 *
 * @param {string} path
 * @param {string} content
 */
export async function writeWhole(path, content) {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/**
 * @param {string} state the folder of this workspace's notes about the store.
 * @returns {Promise<{ ids: Set<string>, names: Map<string, string> }>} the IDs of all images, and the image of each name;
 *   none of either when there is no store, or no buildah: nothing that was built can be relied on then.
 */
export async function storeImages(state) {
  const ids = new Set();
  const names = new Map();
  for (const file of await imageRecords(state)) {
    for (const image of JSON.parse((await readIfThere(file)) ?? '[]')) {
      ids.add(image.id);
      for (const name of image.names ?? []) names.set(name, image.id);
    }
  }
  return { ids, names };
}

/**
 * buildah knows where the store is; its answer holds as long as what decides it is the same.
 *
 * @param {string} state
 * @returns {Promise<string[]>} the files in which containers-storage describes its images.
 */
async function imageRecords(state) {
  const decided = createHash('sha256')
    .update(JSON.stringify(await whatDecides()))
    .digest('hex');
  const file = join(state, 'store-place.json');
  const known = await readIfThere(file);
  const place = known === undefined ? undefined : JSON.parse(known);
  if (place?.decided === decided) return place.files;
  let info;
  try {
    info = JSON.parse((await run('buildah', ['info'])).stdout);
  } catch {
    return [];
  }
  const { GraphRoot, GraphDriverName, GraphOptions } = info.store;
  const others = (GraphOptions ?? []).flatMap((option) => /^\w+\.imagestore=(.+)$/.exec(option)?.[1] ?? []);
  const files = [GraphRoot, ...others].map((root) => join(root, `${GraphDriverName}-images`, 'images.json'));
  await mkdir(state, { recursive: true });
  await writeWhole(file, JSON.stringify({ decided, files }));
  return files;
}

/** @returns {Promise<unknown>} what decides where the store is: containers-storage.conf(5). */
async function whatDecides() {
  const { env } = process;
  const configuration = join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'containers', 'storage.conf');
  const files = [
    env.CONTAINERS_STORAGE_CONF,
    configuration,
    '/etc/containers/storage.conf',
    '/usr/share/containers/storage.conf',
  ];
  return [
    process.getuid?.(),
    env.CONTAINERS_STORAGE_CONF,
    env.STORAGE_DRIVER,
    env.STORAGE_OPTS,
    env.XDG_DATA_HOME,
    homedir(),
    await Promise.all(files.map((path) => (path === undefined ? undefined : readIfThere(path)))),
  ];
}
