import type { SourceLocation } from '@immutablue/diagnostics';
import { readText } from '@immutablue/oci';
import { isAtOrBelow, kindOf, repositoryFile, REPOSITORY_READS, type BuildPlan, type Step } from '@immutablue/plan';
import type { RunContext } from '../run/context';
import { parseDefinition, type DefinitionWord } from '../run/repository-definition';
import { runtimeOf } from '../run/runtime';
import { addressesOfDefinition, type RepositoryAddresses } from './address';

/** A step by which an image comes to its repositories. */
export type RepositoryStep = Extract<Step, { readonly kind: 'files' | 'repository' | 'install' }>;

export interface StagedStep {
  readonly stage: string;
  readonly step: RepositoryStep;
}

/** The sub-stage in which packages are installed. */
const INSTALLATION = '30-install-packages';

/**
 * What of plans decides which repositories the last one's image has: definitions and keys among its overrides, definitions that it fetches,
 * RPMs that bring some. No script is run, and nothing else is installed. Pure.
 */
export function repositorySteps(plans: readonly BuildPlan[]): readonly StagedStep[] {
  return plans
    .flatMap(({ stages }) => stages)
    .flatMap(({ name, steps }) =>
      steps.flatMap((step) => repositoryPart(step).map((part) => ({ stage: name, step: part }))),
    );
}

function repositoryPart(step: Step): RepositoryStep[] {
  if (step.kind === 'repository') return [step];
  if (step.kind === 'install') return step.list === 'rpm_url' ? [step] : [];
  if (step.kind !== 'files') return [];
  const entries = step.entries.filter(({ path }) => isAtOrBelow(path, REPOSITORY_READS));
  return entries.length === 0 ? [] : [{ ...step, entries }];
}

/** The scripts that may add repositories before packages are installed. Pure. */
export function earlyScripts(plans: readonly BuildPlan[]): readonly string[] {
  return plans
    .flatMap(({ stages }) => stages)
    .filter(({ name }) => name < INSTALLATION)
    .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'script' ? [step.script.file] : [])));
}

/** Runs it as a build does. @throws {DiagnosticError} what the build would fail with. */
export async function runRepositoryStep(context: RunContext, stage: string, step: RepositoryStep): Promise<void> {
  await kindOf(step).run(step, runtimeOf({ ...context, stage }, nothingToCommit));
}

/** Nothing of what decides on repositories commits. */
export function nothingToCommit(): Promise<void> {
  throw new Error('no image is made of a check');
}

/** What the definitions of a step lead to, where the image has them by now. */
export async function definedBy(context: RunContext, step: RepositoryStep): Promise<readonly RepositoryAddresses[]> {
  if (step.kind === 'repository') {
    const { value, location } = step.repository;
    const path = repositoryFile(value);
    if (!(await context.root.exists(path))) return [];
    const text = (await context.root.readFile(path)).toString('utf8');
    return addressesOfDefinition(parseDefinition(text, context.plan), () => location, step.credential?.secret.name);
  }
  if (step.kind === 'install') return [];
  const definitions = step.entries.filter(({ path, type }) => type === 'file' && path.endsWith('.repo'));
  const found = definitions.map(async ({ source }) => {
    const text = await readText(source);
    return addressesOfDefinition(parseDefinition(text, context.plan), (word) => placeOf(source, word));
  });
  return (await Promise.all(found)).flat();
}

function placeOf(file: string, { line, column, text, source }: DefinitionWord): SourceLocation {
  // A variable that was replaced has another length.
  const shown = source.slice(column - 1).split(/[\s,]/)[0] ?? text;
  return { file, line, column, length: shown.length, text: source };
}
