import { link, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeArtifact, ensureArtifact, type Artifact } from './artifact';
import { mortalArgv } from './contained';
import { runInStep, type LabContext } from './context';
import { type LabPaths } from './paths';
import { LAB_TIMESTAMP } from './rpm-build';
import { type StandInPlan } from './stand-in-plan';
import { recipeOfContents } from './stand-ins';

/** What a repository is put together from. */
export interface RepositoryParts {
  readonly realPackages: Artifact;
  readonly standIns: Artifact;
  readonly plan: StandInPlan;
}

/** The repository as an artifact that may not be there yet. */
export function describeRepository(paths: LabPaths, parts: RepositoryParts): Artifact {
  return describeArtifact(paths, 'repository', 'package repository', {
    realPackages: parts.realPackages.hash,
    standIns: parts.standIns.hash,
    repositories: recipeOfContents(parts.plan.repositories),
  });
}

/**
 * Puts together the tree that builds mount: `rpms/` with metadata, `repositories/` with definitions by address, `urls/`
 * with single packages by address. Packages are hard links into their own artifacts.
 */
export async function ensureRepository(context: LabContext, artifact: Artifact, parts: RepositoryParts): Promise<void> {
  await ensureArtifact(context, artifact, async (directory, step) => {
    const [rpms, urls, repositories] = ['rpms', 'urls', 'repositories'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    await Promise.all([rpms, urls, repositories].map((path) => mkdir(path)));
    await linkPackages(parts.realPackages.directory, rpms);
    await linkPackages(join(parts.standIns.directory, 'rpms'), rpms);
    await linkPackages(join(parts.standIns.directory, 'urls'), urls);
    for (const { path, content } of parts.plan.repositories) await writeFile(join(repositories, path), content);
    await runInStep(
      step,
      mortalArgv([
        'createrepo_c',
        '--quiet',
        '--no-database',
        `--revision=${LAB_TIMESTAMP}`,
        '--set-timestamp-to-revision',
        rpms,
      ]),
    );
  });
}

async function linkPackages(from: string, to: string): Promise<void> {
  const names = await readdir(from);
  await Promise.all(
    names.filter((name) => !name.endsWith('.json')).map((name) => link(join(from, name), join(to, name))),
  );
}

/** Where the workspace's repository link leads, or undefined when there is no link. */
export async function readRepositoryLink(paths: LabPaths): Promise<string | undefined> {
  try {
    return await readlink(paths.repositoryLink);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes the workspace's link lead to the repository, at once: a build sees the old one or the new one, never none. */
export async function switchRepositoryLink(paths: LabPaths, repository: Artifact): Promise<void> {
  if ((await readRepositoryLink(paths)) === repository.directory) return;
  await mkdir(dirname(paths.repositoryLink), { recursive: true });
  const next = `${paths.repositoryLink}.next`;
  await rm(next, { force: true });
  await symlink(repository.directory, next);
  await rename(next, paths.repositoryLink);
}
