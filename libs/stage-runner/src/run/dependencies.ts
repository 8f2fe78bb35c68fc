import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import {
  buildArgv,
  CommandError,
  findImage,
  runCommand,
  isTransientBuildahFailure,
  toImageId,
  type ImageDetails,
  type ImageId,
  readIfThere,
  writeAtomically,
  type BindMount,
} from '@immutablue/oci';
import * as z from 'zod';
import type { PackageCache } from '../package-cache/package-cache';
import { type BuildPlan, type DependencyBuild, packageMounts } from '@immutablue/plan';
import { containerName, removeMarkedContainers } from './containers';
import { explainDependency } from './dependency-failure';
import { recordOwnImage } from '../ledger/own-images';
import { isNoise } from './noise';
import type { RepositoryState } from '../cache/repository-state';
import { retryTransientBuildahFailure } from './retry-transient';
import { reusableDependency } from '../cache/dep-builder-lookup';

/** `dist/dependencies.json`: the images of the dep-builders, by variant. */
const dependenciesRecordSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

export interface BuildDependenciesOptions {
  readonly workspaceRoot: string;
  readonly parent: ImageDetails;
  readonly repositories: RepositoryState;
  /** Whether what was built before may be used again. */
  readonly reuse: 'by-key' | 'never';
  readonly onReused: (dependency: DependencyBuild) => void;
  /** What the package manager in them keeps. */
  readonly packages: PackageCache;
  readonly signal: AbortSignal;
  readonly onLine: (dependency: DependencyBuild, line: string) => void;
}

/**
 * Builds the dep-builders of a plan, each from its Containerfile. They get as build arguments `IMAGE` (the image that the
 * variant stands on, whose kernel and libraries are the ones to build for), and those of the plan.
 *
 * @throws {DiagnosticError} `build/dependency-container-failed` with the last lines of the one that failed.
 */
export async function buildDependencies(
  plan: BuildPlan,
  options: BuildDependenciesOptions,
): Promise<ReadonlyMap<string, ImageId>> {
  const images = new Map<string, ImageId>();
  for (const dependency of plan.dependencies) {
    const reuse = reusableDependency(plan, dependency, options);
    const reused = options.reuse === 'never' ? undefined : await reuse.find();
    if (reused !== undefined) options.onReused(dependency);
    const image =
      reused ??
      (await options.packages.use(packageMounts({ ...plan, ...options }), (mounts) =>
        retryTransientBuildahFailure(
          () => buildDependency(plan, dependency, mounts, options),
          () => {
            options.onLine(dependency, 'buildah itself failed: it runs once more');
          },
        ),
      ));
    await reuse.note(image);
    images.set(dependency.variant, image);
  }
  return images;
}

async function buildDependency(
  plan: BuildPlan,
  dependency: DependencyBuild,
  mounts: readonly BindMount[],
  options: BuildDependenciesOptions,
): Promise<ImageId> {
  const text = await readFile(dependency.containerfile, 'utf8');
  const mark = await containerName(`${plan.variant}-deps`);
  const argv = buildArgv({
    containerfile: dependency.containerfile,
    context: dependency.context,
    reference: dependency.reference,
    created: options.parent.created,
    mounts,
    mark,
    buildArguments: declaredArguments(text, {
      IMAGE: options.parent.id,
      ...plan.buildArguments,
    }),
  });
  const output: string[] = [];
  try {
    await runCommand(argv, {
      signal: options.signal,
      // Told to stop, buildah removes its own working containers, if it is told once and at a good moment.
      parentDeathSignal: 'TERM',
      onLine: (line) => {
        if (isNoise(line)) return;
        output.push(line);
        options.onLine(dependency, line);
      },
    });
  } catch (error) {
    await removeMarkedContainers(mark);
    if (!(error instanceof CommandError) || error.diagnostics[0].code === 'oci/no-space') throw error;
    if (isTransientBuildahFailure(error)) throw error;
    throw new DiagnosticError(explainDependency(dependency, text, output), { cause: error });
  }
  const image = await findImage(dependency.reference);
  if (image !== undefined) {
    const { layers } = options.parent;
    // Its last stage may stand on something else than the variant's parent.
    const firstOther = image.layers.findIndex((layer, index) => layer !== layers[index]);
    const parentLayers = firstOther === -1 ? image.layers.length : firstOther;
    await recordOwnImage(options.workspaceRoot, image.id, { variant: plan.variant, parentLayers });
    return image.id;
  }
  throw new DiagnosticError({
    code: 'oci/unexpected-output',
    message: `buildah built \`${dependency.reference}\`, which is not in the store`,
  });
}

/** Those of `available` that a Containerfile asks for with `ARG`: buildah warns of the others. */
export function declaredArguments(
  containerfile: string,
  available: Readonly<Record<string, string>>,
): Record<string, string> {
  const declared = new Set([...containerfile.matchAll(/^\s*ARG\s+(\w+)/gim)].map(([, name]) => name));
  return Object.fromEntries(Object.entries(available).filter(([name]) => declared.has(name)));
}

/** Writes the record of a variant's dep-builders. */
export async function writeDependenciesRecord(
  variantDirectory: string,
  images: ReadonlyMap<string, ImageId>,
): Promise<void> {
  await writeAtomically(recordPath(variantDirectory), `${JSON.stringify(Object.fromEntries(images), undefined, 2)}\n`);
}

/** The record of a variant's dep-builders; empty when none was built. */
export async function readDependenciesRecord(variantDirectory: string): Promise<ReadonlyMap<string, ImageId>> {
  const text = await readIfThere(recordPath(variantDirectory));
  if (text === undefined) return new Map();
  const record = dependenciesRecordSchema.parse(JSON.parse(text));
  return new Map(Object.entries(record).map(([variant, image]) => [variant, toImageId(image)]));
}

function recordPath(variantDirectory: string): string {
  return join(variantDirectory, 'dist', 'dependencies.json');
}
