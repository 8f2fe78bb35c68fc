import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { BUILT_RPMS, kindOf, type BuildPlan } from '@immutablue/plan';
import type { ResolvedPackages } from '@immutablue/variant';
import { findDepBuilderImages } from '../cache/dep-builder-images';
import type { RunContext } from '../run/context';
import { listRpms } from '../run/locked/query';
import { runtimeOf } from '../run/runtime';
import { withTrial, type TrialRequest } from '../run/trial';
import { addressesIn, rpmAddress, type Address } from './address';
import { ask } from './ask';
import { addressFaults, doubtOf, firstMessage, type Doubt, type Unanswered } from './faults';
import { lookUp, type Found } from './look-up';
import {
  definedBy,
  earlyScripts,
  nothingToCommit,
  repositorySteps,
  runRepositoryStep,
  type RepositoryStep,
} from './repositories';

/** The plan that is checked follows the repositories. */
export interface OnlineRequest extends TrialRequest {
  /** The plans of the variants that it stands on, the lowest first. */
  readonly lineage: readonly BuildPlan[];
  /** The lists that the plan was made of. */
  readonly packages: ResolvedPackages;
}

/** What the repositories and servers said. */
export interface OnlineAnswer {
  readonly found: { readonly packages: Found; readonly addresses: Found };
  /** All that is missing, and what could not be asked. */
  readonly faults: readonly Diagnostic[];
  /** What is not known of names, and why. */
  readonly open: readonly string[];
}

/**
 * Asks the repositories that the image has for every package of its lists, and servers for every address: in a container of the upstream
 * image at the bottom, to which the repositories of all that the variant stands on are added. Nothing is built.
 *
 * @throws {DiagnosticError} when the upstream image is not to be had.
 */
export async function checkOnline(request: OnlineRequest): Promise<OnlineAnswer> {
  const { lineage, packages } = request;
  const [root = request.plan] = lineage;
  const doubts: Doubt[] = earlyScripts([...lineage, request.plan]).map((script) => ({
    kind: 'open',
    text: `the script ${script}, which is not run here, may add a repository`,
  }));
  const depBuilders = await depBuildersThatRan(request, doubts);
  const own = repositorySteps([request.plan]);
  const inherited = repositorySteps(lineage);
  const stages = [...inherited, ...own].map(({ stage, step }) => ({ name: stage, steps: [step] }));
  const plan: BuildPlan = { ...request.plan, parent: root.parent, depBuilders, stages };
  const answers: OnlineAnswer[] = [];
  await withTrial('check', { ...request, plan }, async (trial) => {
    const context: RunContext = { ...trial, stage: 'check' };
    const faults: Diagnostic[] = [];
    const addresses = addressesIn(packages, plan.upstream);
    const missing = await askFor(context, addresses);
    for (const { stage, step } of inherited) {
      await attempt(context, stage, step, (error) => {
        doubts.push({ kind: 'open', text: `a repository of a parent cannot be read: ${firstMessage(error)}` });
      });
    }
    for (const { stage, step } of own) {
      const present = whatIsThere(step, missing, plan, doubts);
      if (present === undefined) continue;
      await attempt(context, stage, present, (error) => {
        faults.push(...error.diagnostics);
        doubts.push({ kind: 'certain', text: firstMessage(error) });
      });
    }
    // What is wrong with a repository of a parent is said where the parent is checked.
    const ofParents = await readDefinitions(context, inherited);
    const defined = await readDefinitions(context, own);
    doubts.push(
      ...ofParents.unreadable.map(({ id }) => doubtOf(`the repository \`${id}\` of a parent cannot be read`, [])),
      ...defined.unreadable.map(({ id, lost }) => doubtOf(`the repository \`${id}\` cannot be read`, lost)),
    );
    const without = [...ofParents.unreadable, ...defined.unreadable].map(({ id }) => id);
    const built = await copyBuilt(context, depBuilders);
    const names = await lookUp(context, { packages, lineage, without, built, doubts });
    const unanswered = [...missing, ...defined.unanswered];
    const asked = addresses.length + defined.asked;
    answers.push({
      found: { packages: names.found, addresses: { there: asked - unanswered.length, of: asked } },
      faults: [...addressFaults(unanswered, request.workspaceRoot), ...faults, ...names.faults],
      open: names.open,
    });
  });
  const [answer] = answers;
  if (answer === undefined) throw new Error('a trial ends with what it was for');
  return answer;
}

/** Asks for addresses. @returns those that are not there. */
async function askFor(context: RunContext, addresses: readonly Address[]): Promise<readonly Unanswered[]> {
  const answers = await ask(context, addresses);
  return addresses.flatMap((address, index) => {
    const answer = answers[index];
    return answer === undefined || answer.kind === 'there' ? [] : [{ address, answer }];
  });
}

interface Definitions {
  readonly asked: number;
  readonly unanswered: readonly Unanswered[];
  /** The repositories whose metadata is nowhere. */
  readonly unreadable: readonly { readonly id: string; readonly lost: readonly Unanswered[] }[];
}

/** Asks for all that the definitions of some steps lead to. */
async function readDefinitions(
  context: RunContext,
  steps: readonly { readonly step: RepositoryStep }[],
): Promise<Definitions> {
  const repositories = (await Promise.all(steps.map(({ step }) => definedBy(context, step)))).flat();
  const addresses = repositories.flatMap(({ metadata, keys }) => [...metadata, ...keys]);
  const unanswered = await askFor(context, addresses);
  const unreadable = repositories.flatMap(({ id, metadata }) => {
    const lost = unanswered.filter(({ address }) => metadata.includes(address));
    return lost.length > 0 && lost.length === metadata.length ? [{ id, lost }] : [];
  });
  return { asked: addresses.length, unanswered, unreadable };
}

/** Copies what dep-builders made, and gives the paths of their RPMs. */
async function copyBuilt(context: RunContext, depBuilders: BuildPlan['depBuilders']): Promise<readonly string[]> {
  if (depBuilders.length === 0) return [];
  for (const { variant } of depBuilders) {
    await runtimeOf(context, nothingToCommit).copyDepBuilder(variant);
  }
  return listRpms(context, BUILT_RPMS);
}

async function attempt(
  context: RunContext,
  stage: string,
  step: RepositoryStep,
  onFault: (error: DiagnosticError) => void,
): Promise<void> {
  context.signal.throwIfAborted();
  context.emit({ kind: 'step-started', stage, purpose: kindOf(step).purpose(step) });
  try {
    await runRepositoryStep(context, stage, step);
  } catch (error) {
    if (!(error instanceof DiagnosticError) || context.signal.aborted) throw error;
    onFault(error);
  }
}

/** The step without what its servers do not have; nothing where that leaves nothing of it. */
function whatIsThere(
  step: RepositoryStep,
  missing: readonly Unanswered[],
  { upstream }: BuildPlan,
  doubts: Doubt[],
): RepositoryStep | undefined {
  const lostAt = (url: string) => missing.find(({ address }) => address.url === url);
  if (step.kind === 'repository') {
    const lost = lostAt(step.url);
    if (lost === undefined) return step;
    doubts.push(doubtOf(`${lost.address.what} cannot be read`, [lost]));
    return undefined;
  }
  if (step.kind === 'files') return step;
  const isThere = step.requested.map((entry) => {
    const lost = lostAt(rpmAddress(entry, upstream));
    if (lost !== undefined) doubts.push(doubtOf(`\`${entry.value}\` may bring a repository`, [lost]));
    return lost === undefined;
  });
  if (!isThere.includes(true)) return undefined;
  return {
    ...step,
    requested: step.requested.filter((_, index) => isThere[index]),
    packages: step.packages.filter((_, index) => isThere[index]),
  };
}

/** The dep-builders whose results are there; what the others bring is open. */
async function depBuildersThatRan({ plan, variantsDirectory }: OnlineRequest, doubts: Doubt[]) {
  if (plan.depBuilders.length === 0) return [];
  try {
    await findDepBuilderImages(plan, variantsDirectory);
    return plan.depBuilders;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    doubts.push({ kind: 'open', text: 'the dep-builder, which has not run, may bring it' });
    return [];
  }
}
