import * as z from 'zod';
import { MEMBERS, type FamilyState, type MemberName } from '../../testing/family-edits';
import { sectionsOf } from './errors';
import { lineOf, runFamily, type FamilyResult } from './family-builds';
import type { Workspace } from './workspace';

/** What a build of a variant would run, by what `explain` says. */
interface ExplainedMember {
  readonly stages: readonly string[];
  /** What a dep-builder that runs would make is not known beforehand. */
  readonly depBuilder: 'reused' | 'runs';
}

/** By variant. */
export type Explained = ReadonlyMap<MemberName, ExplainedMember>;

const explanationSchema = z.array(
  z.object({
    variant: z.enum(MEMBERS),
    depBuilders: z.array(z.object({ outcome: z.enum(['reused', 'runs']) })),
    stages: z.array(z.object({ stage: z.string(), outcome: z.enum(['reused', 'runs']) })),
  }),
);

/** Asks `explain` about the whole family. A variant of which it says nothing, because something is wrong, is left out. */
export async function explainFamily(workspace: Workspace, state: FamilyState): Promise<Explained> {
  // Each explains what it stands on, too.
  const tips = MEMBERS.filter((name) => MEMBERS.every((other) => state.members[other].from !== name));
  const explained = new Map(await explainMembers(workspace, state, tips));
  const unsaid = MEMBERS.filter((name) => !explained.has(name));
  if (unsaid.length === 0) return explained;
  // What is wrong with one on top says nothing of those below.
  return new Map([...(await explainMembers(workspace, state, unsaid)), ...explained]);
}

async function explainMembers(
  workspace: Workspace,
  state: FamilyState,
  members: readonly MemberName[],
): Promise<Explained> {
  const { output } = await runFamily(workspace, state, 'explain', members, '--json');
  const explained = new Map<MemberName, ExplainedMember>();
  for (const text of sectionsOf(output).values()) {
    const start = text.indexOf('\n[\n');
    if (start === -1) continue;
    const explanation: unknown = JSON.parse(text.slice(start, text.lastIndexOf('\n]') + 2));
    for (const { variant, depBuilders, stages } of explanationSchema.parse(explanation)) {
      const running = stages.flatMap(({ stage, outcome }) => (outcome === 'runs' ? [stage] : []));
      const depBuilder = depBuilders.some(({ outcome }) => outcome === 'runs') ? 'runs' : 'reused';
      explained.set(variant, { stages: running, depBuilder });
    }
  }
  return explained;
}

/**
 * Where `explain` has said something else than the build did, for a person. What would run in a variant on top of one that runs
 * itself, or after a dep-builder that runs, its own or one below, is not known beforehand: there it may run less than was said,
 * and never more.
 */
export function compareExplained(state: FamilyState, explained: Explained, built: FamilyResult): string[] {
  const ran = (name: MemberName) => {
    const result = built.get(name);
    return result?.kind === 'image' ? result.ran : undefined;
  };
  return MEMBERS.flatMap((name) => {
    const [said, did] = [explained.get(name), ran(name)];
    if (did === undefined) return [];
    if (said === undefined) return [`${name}: explain says nothing, and it was built`];
    const [, ...below] = lineOf(state, name);
    const isSure =
      [name, ...below].every((one) => explained.get(one)?.depBuilder === 'reused') &&
      below.every((parent) => ran(parent)?.length === 0);
    const isRight = isSure ? said.stages.join() === did.join() : did.every((stage) => said.stages.includes(stage));
    const list = (stages: readonly string[]) => (stages.length === 0 ? 'nothing' : stages.join(' '));
    return isRight ? [] : [`${name}: explain says that ${list(said.stages)} would run, and ${list(did)} ran`];
  });
}
