import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CreateNodesResultV2, CreateNodesV2, PreTasksExecution } from '@nx/devkit';
import { renderDiagnostic, type Diagnostic } from '@immutablue/diagnostics';
import { leaveOut } from '@immutablue/executor';
import { foldersIn } from '@immutablue/oci';
import { checkedValue, lineageOf, type Variant } from '@immutablue/variant';
import { readVariants, type NxVariants } from './inference/read-variants';
import { imagesTargets, labTarget, NAMED_INPUTS, variantTargets } from './inference/targets';
import { executorPackage } from './shared/executor-package';
import { hostArchitecture, leftOutOf, mayLeaveOut } from './shared/left-out';
import { parsePluginOptions, type PluginOptions } from './shared/settings';

/**
 * Infers an Nx project's targets from each variant.yaml. All files are looked at together: whether a parent exists shows
 * only among the whole family.
 */
export const createNodesV2: CreateNodesV2 = [
  '*/*/variant.yaml',
  async (files, rawOptions, { workspaceRoot }) => {
    const options = parsePluginOptions(rawOptions);
    const wanted = files.filter((file) => dirname(dirname(file)) === options.variants).sort();
    const { value, diagnostics } = await readVariants(
      join(workspaceRoot, options.variants),
      wanted.map((file) => join(workspaceRoot, file)),
    );
    if (value === undefined) {
      // Loaded here alone: it brings all that generators need, for which whatever Nx does would wait.
      const { AggregateCreateNodesError } = await import('@nx/devkit');
      throw new AggregateCreateNodesError(
        // Without the file: Nx would print its absolute path above a message that says where.
        diagnostics.map((fault) => [null, errorFor(fault, workspaceRoot)]),
        [],
      );
    }
    const [first] = wanted;
    return [
      ...wanted.map((file) => projectNode(file, value, options, workspaceRoot)),
      ...(first === undefined ? [] : [imagesNode(first, options, workspaceRoot)]),
    ];
  },
];

/** The name under which Nx 22 looks for it too. */
export const createNodes = createNodesV2;

/**
 * Without Nx's daemon this is called in the process that runs tasks, whatever tasks these are; with it in the daemon, where what it
 * does to Nx changes nothing: see tasks/index.ts for tasks of images.
 * Variables that it sets are set there in either case, and in all tasks.
 */
export const preTasksExecution: PreTasksExecution = async (rawOptions, { argv, workspaceRoot }) => {
  const { correctNx } = await import('./shared/correct-nx.js');
  correctNx();
  Object.assign(process.env, leaveOut(await leftOutTasks(argv, parsePluginOptions(rawOptions), workspaceRoot)));
};

/** The variants that the command leaves out, and what of the lab nothing else needs. */
async function leftOutTasks(
  argv: readonly string[],
  { variants, lab }: PluginOptions,
  workspaceRoot: string,
): Promise<string[]> {
  if (!mayLeaveOut(argv)) return [];
  const directory = join(workspaceRoot, variants);
  const files = (await foldersIn(directory)).map((name) => join(directory, name, 'variant.yaml'));
  const { family } = checkedValue(await readVariants(directory, files));
  const leftOut = leftOutOf(argv, family, hostArchitecture());
  const upTasks = (members: readonly Variant[]) => members.map((variant) => `${lab}:${labTarget(variant)}`);
  const needed = upTasks(family.variants.filter((variant) => !leftOut.includes(variant)));
  return [...leftOut.map(({ name }) => name), ...upTasks(leftOut).filter((task) => !needed.includes(task))];
}

function projectNode(
  file: string,
  { family, projects }: NxVariants,
  options: PluginOptions,
  workspaceRoot: string,
): CreateNodesResultV2[number] {
  const root = dirname(file);
  const variant = family.variants.find((candidate) => candidate.definition.file === join(workspaceRoot, file));
  if (variant === undefined) return [file, {}];
  const projectOf = (name: string) => projects.get(name) ?? name;
  const parents = variant.from.kind === 'variant' ? [variant.from.name] : [];
  const hasDepBuilder = [variant.name, ...variant.applied].some((name) =>
    existsSync(join(workspaceRoot, options.variants, name, 'deps', 'Containerfile')),
  );
  const lineage = lineageOf(family, variant)
    .flatMap((member) => [...member.applied, member.name])
    .filter((name) => name !== variant.name);
  return [
    file,
    {
      projects: {
        [root]: {
          name: projectOf(variant.name),
          projectType: 'application',
          tags: ['type:image'],
          // Not `createDependencies`: its edges go stale when only the plugin's code changes.
          implicitDependencies: [
            ...[...parents, ...variant.applied].map(projectOf),
            ...options.builders,
            ...options.inspectors,
          ],
          namedInputs: NAMED_INPUTS,
          targets: variantTargets(
            { variant, hasDepBuilder, lineage, projectOf, executors: executorPackage(workspaceRoot) },
            options,
          ),
          metadata: { description: variant.description, technologies: ['bootc', 'buildah'] },
        },
      },
    },
  ];
}

/** The project of all images together, in the folder of their folders. */
function imagesNode(file: string, options: PluginOptions, workspaceRoot: string): CreateNodesResultV2[number] {
  return [
    file,
    {
      projects: {
        [options.variants]: {
          name: 'images',
          tags: ['type:images'],
          targets: imagesTargets(executorPackage(workspaceRoot)),
          metadata: { description: 'All images together', technologies: ['buildah'] },
        },
      },
    },
  ];
}

/** Nx prints an error's message, and with --verbose its stack: both are the diagnostic and nothing else. */
function errorFor(fault: Diagnostic, workspaceRoot: string): Error {
  const error = new Error(renderDiagnostic(fault, { root: workspaceRoot, colors: 'never' }));
  error.stack = error.message;
  return error;
}
