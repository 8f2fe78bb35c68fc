import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Release } from '@immutablue/variant';
import { describeArtifact, ensureArtifact, type Artifact } from './artifact';
import { type LabContext } from './context';
import { type SigningKey } from './key';
import { type LabPaths } from './paths';
import { releasePackage } from './release-package';
import { signPackages } from './rpm-build';
import { type RpmSpecification } from './rpm-spec';
import { labelFile, standInPackage } from './stand-in-plan';
import { buildFromContents, recipeOf, recipeOfContents } from './stand-ins';
import { type StandInFile } from './unit-files';

/** The packages that an upstream image of the lab has from the start, as data. */
interface PreinstalledPlan {
  readonly specification: RpmSpecification;
  readonly files: readonly StandInFile[];
}

function planPreinstalled(names: readonly string[], release: Release, key: SigningKey): PreinstalledPlan {
  const { rpm, files } = releasePackage(release, key.publicKey);
  return {
    specification: { architecture: 'noarch', packages: [rpm, ...names.map((name) => standInPackage(name, []))] },
    files: [...files, ...names.map(labelFile)],
  };
}

/** What the packages of one upstream image depend on. */
export interface PreinstalledInput {
  readonly names: readonly string[];
  readonly release: Release;
  readonly key: SigningKey;
}

/** The packages as an artifact that may not be there yet. Images that have the same packages share it. */
export function describePreinstalled(paths: LabPaths, { names, release, key }: PreinstalledInput): Artifact {
  const plan = planPreinstalled(names, release, key);
  return describeArtifact(paths, 'preinstalled', `packages of an upstream image (${names.length + 1})`, {
    key: key.fingerprint,
    spec: recipeOf(plan.specification),
    files: recipeOfContents(plan.files),
  });
}

/** Makes and signs the packages: `rpms/`, and the key beside it. */
export async function ensurePreinstalled(
  context: LabContext,
  artifact: Artifact,
  { names, release, key }: PreinstalledInput,
): Promise<void> {
  await ensureArtifact(context, artifact, async (directory, step) => {
    const work = join(directory, '..');
    const plan = planPreinstalled(names, release, key);
    const made = await buildFromContents(step, plan.specification, plan.files, {
      work,
      destination: join(directory, 'rpms'),
    });
    await signPackages(step, key, work, made);
    await writeFile(join(directory, 'RPM-GPG-KEY'), key.publicKey);
  });
}
