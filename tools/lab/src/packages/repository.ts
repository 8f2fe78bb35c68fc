import { link, mkdir, readdir, readlink, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unlessMissing } from '@immutablue/oci';
import { describeArtifact, ensureArtifact, type Artifact } from '../cache/artifact';
import { runInStep, type LabContext } from '../context';
import { type LabPaths } from '../cache/paths';
import { REAL_NAMES } from './real-package-names';
import { recipeHash, type RecipeHash } from '../cache/recipe';
import { LAB_TIMESTAMP } from './timestamp';
import { type RpmPackage } from './rpm-spec';
import { type StandInPlan } from './stand-in-plan';
import { recipeOf, recipeOfContents } from './stand-ins';

/** Raise it when the same packages are to become another repository. */
const VERSION = 3;

/** What a repository is put together from. */
export interface RepositoryParts {
  readonly realPackages: Artifact;
  readonly standIns: Artifact;
  readonly plan: StandInPlan;
}

/** The repository as an artifact that may not be there yet. */
export function describeRepository(paths: LabPaths, parts: RepositoryParts): Artifact {
  return describeArtifact(paths, 'repository', 'package repository', {
    version: VERSION,
    realPackages: parts.realPackages.hash,
    standIns: parts.standIns.hash,
    repositories: recipeOfContents(parts.plan.repositories),
    downloads: recipeOfContents(parts.plan.downloads),
  });
}

/**
 * Puts together the tree that builds mount: `rpms/` with metadata, `repositories/` with definitions by address, `urls/`
 * with single packages by address, `downloads/` with pinned files, `packages.json` with what each package is made of. Packages are hard links into their own artifacts.
 */
export async function ensureRepository(context: LabContext, artifact: Artifact, parts: RepositoryParts): Promise<void> {
  await ensureArtifact(context, artifact, async (directory, step) => {
    const [rpms, urls, repositories] = ['rpms', 'urls', 'repositories'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    await Promise.all([rpms, urls, repositories, join(directory, 'downloads')].map((path) => mkdir(path)));
    await linkPackages(parts.realPackages.directory, rpms);
    await linkPackages(join(parts.standIns.directory, 'rpms'), rpms);
    await linkPackages(join(parts.standIns.directory, 'urls'), urls);
    for (const { path, content } of parts.plan.repositories) await writeFile(join(repositories, path), content);
    for (const { path, content } of parts.plan.downloads) await writeFile(join(directory, path), content);
    await writeFile(join(directory, 'packages.json'), `${JSON.stringify(packageIdentities(parts), undefined, 2)}\n`);
    await runInStep(step, [
      'createrepo_c',
      '--quiet',
      '--no-database',
      `--revision=${LAB_TIMESTAMP}`,
      '--set-timestamp-to-revision',
      rpms,
    ]);
  });
}

/**
 * What each package is made of, by its name, as one hash: a build depends on those that it installs and on no others, so
 * that a package added for one variant leaves the images of the rest as they are.
 */
export function packageIdentities({ realPackages, plan }: RepositoryParts): Record<string, RecipeHash> {
  const content = new Map(plan.files.map((file) => [file.path, file.content]));
  const identity = (rpm: RpmPackage): RecipeHash =>
    recipeHash({
      spec: recipeOf({ architecture: 'noarch', packages: [rpm] }),
      files: rpm.files.map(({ path }) => content.get(path) ?? ''),
    });
  const standIns = plan.packages.flatMap(({ packages }) => packages.map((rpm) => [rpm.name, identity(rpm)] as const));
  const urls = plan.urlPackages.map(({ fileName, rpm }) => [fileName, identity(rpm)] as const);
  const real = REAL_NAMES.map((name) => [name, realPackages.hash] as const);
  const sorted = [...standIns, ...urls, ...real].sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted);
}

async function linkPackages(from: string, to: string): Promise<void> {
  const names = await readdir(from);
  await Promise.all(
    names
      .filter((name) => !name.endsWith('.json'))
      .map(async (name) => {
        await link(join(from, name), join(to, name));
        // The metadata has it: the same packages, made again, are the same repository.
        await utimes(join(to, name), LAB_TIMESTAMP, LAB_TIMESTAMP);
      }),
  );
}

/** Where the workspace's repository link leads, or undefined when there is no link. */
export async function readRepositoryLink(paths: LabPaths): Promise<string | undefined> {
  return await unlessMissing(() => readlink(paths.repositoryLink));
}

/** Makes the workspace's link lead to the repository, at once: a build sees the old one or the new one, never none. */
export async function switchRepositoryLink(paths: LabPaths, repository: Artifact): Promise<void> {
  if ((await readRepositoryLink(paths)) === repository.directory) return;
  await mkdir(dirname(paths.repositoryLink), { recursive: true });
  const next = `${paths.repositoryLink}.${process.pid}.next`;
  await rm(next, { force: true });
  await symlink(repository.directory, next);
  await rename(next, paths.repositoryLink);
}
