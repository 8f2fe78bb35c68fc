import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeArtifact, ensureArtifact, type Artifact } from '../cache/artifact';
import { type LabContext, type StepContext } from '../context';
import { type SigningKey } from './key';
import { type LabPaths } from '../cache/paths';
import { type Recipe } from '../cache/recipe';
import { buildPackages, signPackages } from './rpm-build';
import { renderSpec, type RpmSpecification } from './rpm-spec';
import { type StandInPlan } from './stand-in-plan';
import { type StandInFile } from './unit-files';

/** The stand-ins as an artifact that may not be there yet. */
export function describeStandIns(paths: LabPaths, plan: StandInPlan, key: SigningKey): Artifact {
  return describeArtifact(paths, 'stand-ins', 'stand-in packages', {
    key: key.fingerprint,
    specs: plan.packages.map(recipeOf),
    urls: plan.urlPackages.map(({ fileName, rpm }) => [
      fileName,
      recipeOf({ architecture: 'noarch', packages: [rpm] }),
    ]),
    files: recipeOfContents(plan.files),
  });
}

/** The packages as part of a recipe: their spec file says everything about them but the content of their files. */
export function recipeOf(specification: RpmSpecification): Recipe {
  return renderSpec(specification, '/stage');
}

/** Text files as part of a recipe. */
export function recipeOfContents(files: readonly StandInFile[]): Recipe {
  return files.map(({ path, content }) => [path, content]);
}

/** Makes and signs the stand-ins: `rpms/` with those of names, `urls/` with those of addresses. */
export async function ensureStandIns(
  context: LabContext,
  artifact: Artifact,
  plan: StandInPlan,
  key: SigningKey,
): Promise<void> {
  await ensureArtifact(context, artifact, async (directory, step) => {
    const work = join(directory, '..');
    const named = join(directory, 'rpms');
    const made: string[] = [];
    for (const specification of plan.packages) {
      made.push(...(await buildFromContents(step, specification, plan.files, { work, destination: named })));
    }
    const urls = join(directory, 'urls');
    await mkdir(urls, { recursive: true });
    for (const [index, { fileName, rpm }] of plan.urlPackages.entries()) {
      const specification: RpmSpecification = { architecture: 'noarch', packages: [rpm] };
      const own = join(work, `url-${index}`);
      const [file] = await buildFromContents(step, specification, plan.files, { work: own, destination: own });
      if (file === undefined) throw new Error(`rpmbuild made nothing for ${fileName}`);
      await rename(file, join(urls, fileName));
      made.push(join(urls, fileName));
    }
    await signPackages(step, key, work, made);
  });
}

/** Writes the files that the packages name into a staging directory, and makes the packages. */
export async function buildFromContents(
  context: StepContext,
  specification: RpmSpecification,
  files: readonly StandInFile[],
  { work, destination }: { readonly work: string; readonly destination: string },
): Promise<string[]> {
  const stage = join(work, `stage-${specification.architecture}`);
  await mkdir(stage, { recursive: true });
  const wanted = new Set(specification.packages.flatMap((rpm) => rpm.files.map(({ path }) => path)));
  for (const { path, content } of files.filter((file) => wanted.has(file.path))) {
    const target = join(stage, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  return await buildPackages(context, specification, { work, stage, destination });
}
