import { throwIfAny } from '@immutablue/diagnostics';
import { type BuildPlan, type DepBuilder } from '@immutablue/plan';
import { instructionValue } from './instruction-value';
import { argumentsOf, readInstructions, unsupportedIn, type Instruction } from './instructions';
import { secretFlags, seenFlags } from './mounts';
import { depBuilderStage, type Rendered } from './sub-stage';

/** A dep-builder, and the text of its Containerfile. */
export interface DepBuilderSource {
  readonly depBuilder: DepBuilder;
  readonly text: string;
}

/** What is known while the lines of one dep-builder are rewritten. */
interface Rewriting {
  readonly depBuilder: DepBuilder;
  /** Flags by which each RUN sees packages. */
  readonly flags: readonly string[];
  /** Values of `ARG` by name: the plan's, and the defaults that stand before the first FROM. */
  readonly values: ReadonlyMap<string, string>;
  /** New names of stages by their old ones, in small letters, and by their number. */
  readonly stages: ReadonlyMap<string, string>;
}

/**
 * A dep-builder as stages of a Containerfile that has others too: its stages get names that no other has, its build
 * arguments their values, its COPY reads from its own folder of the context.
 *
 * @throws {DiagnosticError} `containerfile/not-expressible`, with the line.
 */
export function depBuilderStages(
  { depBuilder, text: containerfile }: DepBuilderSource,
  plan: Pick<BuildPlan, 'buildArguments' | 'upstream'>,
): Rendered {
  throwIfAny(unsupportedIn(containerfile, depBuilder.containerfile));
  const instructions = readInstructions(containerfile);
  const start = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const values = new Map<string, string>();
  for (const { text } of instructions.slice(0, Math.max(start, 0))) {
    for (const [name, value] of argumentsIn(text)) if (value !== undefined) values.set(name, value);
  }
  for (const [name, value] of Object.entries(plan.buildArguments)) values.set(name, value);
  const names = stageNames(instructions, depBuilder.variant);
  const flags = [...seenFlags(['packages'], plan.upstream), ...secretFlags(depBuilder.secrets)];
  const rewriting: Rewriting = { depBuilder, flags, values, stages: names.byName };
  let stage = -1;
  const lines = instructions.slice(start).flatMap((instruction) => {
    if (instruction.keyword === 'FROM') stage += 1;
    return rewrite(instruction, names.inOrder[stage] ?? '', rewriting);
  });
  return {
    lines: [`# The dep-builder of ${depBuilder.variant}`, ...lines],
    files: [{ path: contextOf(depBuilder), content: { kind: 'folder', content: depBuilder.content } }],
  };
}

function stageNames(instructions: readonly Instruction[], variant: string) {
  const stages = instructions.filter(({ keyword }) => keyword === 'FROM');
  const inOrder = stages.map(({ text }, index) =>
    index === stages.length - 1
      ? depBuilderStage(variant)
      : `${depBuilderStage(variant)}-${fromOf(text).name ?? index}`,
  );
  const byName = new Map<string, string>();
  stages.forEach(({ text }, index) => {
    const renamed = inOrder[index] ?? '';
    byName.set(String(index), renamed);
    const { name } = fromOf(text);
    if (name !== undefined) byName.set(name.toLowerCase(), renamed);
  });
  return { inOrder, byName };
}

function rewrite(instruction: Instruction, stage: string, rewriting: Rewriting): string[] {
  const { keyword, flags, text, lines } = instruction;
  switch (keyword) {
    case 'FROM': {
      const { image } = fromOf(text);
      const from = rewriting.stages.get(image.toLowerCase()) ?? withValues(image, rewriting.values);
      return [['FROM', ...flags, from, 'AS', stage].join(' ')];
    }
    case 'ARG':
      return argumentsIn(text).flatMap(([name, value]) => argumentLines(name, value, rewriting));
    case 'COPY':
    case 'ADD':
      return [copyLine(instruction, rewriting)];
    case 'RUN': {
      const [first = '', ...rest] = lines;
      const added = rewriting.flags;
      if (flags.length === 0) return [first.replace(/^\s*\S+/, ['RUN', ...added].join(' ')), ...rest];
      return [['RUN', ...added, ...flags.map((flag) => runFlag(flag, rewriting)), text].join(' ')];
    }
    default:
      return [...lines];
  }
}

/** `IMAGE` is the image that the variant stands on: the parent of the Containerfile. */
function argumentLines(name: string, value: string | undefined, { values }: Rewriting): string[] {
  if (name === 'IMAGE') return ['ARG PARENT', 'ARG IMAGE=${PARENT}'];
  const known = values.get(name) ?? value;
  return [known === undefined ? `ARG ${name}` : `ARG ${name}=${instructionValue(known)}`];
}

function copyLine(instruction: Instruction, { depBuilder, stages }: Rewriting): string {
  const { keyword, flags } = instruction;
  const from = flags.find((flag) => flag.startsWith('--from='));
  const { form, words } = argumentsOf(instruction);
  const last = words.length - 1;
  const moved = words.map((word, index) =>
    index === last || from !== undefined ? word : moveSource(word, depBuilder),
  );
  return [
    keyword,
    ...flags.map((flag) => (flag === from ? `--from=${renamed(flag.slice('--from='.length), stages)}` : flag)),
    ...(form === 'json' ? [JSON.stringify(moved)] : moved),
  ].join(' ');
}

function moveSource(word: string, depBuilder: DepBuilder): string {
  if (/^(https?|git|ssh):|^git@/.test(word)) return word;
  return `${contextOf(depBuilder)}/${word.replace(/^(\.?\/)+/, '')}`;
}

/** The flags of RUN that read from another stage, or from the context. */
function runFlag(flag: string, { depBuilder, stages }: Rewriting): string {
  if (!flag.startsWith('--mount=')) return flag;
  const fields = flag.slice('--mount='.length).split(',');
  const valueOf = (...names: string[]) =>
    fields.find((field) => names.some((name) => field.startsWith(`${name}=`)))?.replace(/^[^=]*=/, '');
  const from = valueOf('from');
  if (from !== undefined) {
    return `--mount=${fields.map((field) => (field === `from=${from}` ? `from=${renamed(from, stages)}` : field)).join(',')}`;
  }
  if ((valueOf('type') ?? 'bind') !== 'bind') return flag;
  const others = fields.filter((field) => !/^(source|src)=/.test(field));
  return `--mount=${[...others, `source=${moveSource(valueOf('source', 'src') ?? '', depBuilder)}`].join(',')}`;
}

function renamed(name: string, stages: Rewriting['stages']): string {
  return stages.get(name.toLowerCase()) ?? name;
}

function fromOf(text: string): { readonly image: string; readonly name: string | undefined } {
  const [image = '', , name] = text.split(/\s+/);
  return { image, name };
}

/** `$NAME` and `${NAME}` with their values: what stands before the first FROM of a file is known in its FROM lines alone. */
function withValues(image: string, values: ReadonlyMap<string, string>): string {
  return image.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) =>
    name === 'IMAGE' ? '${PARENT}' : (values.get(name) ?? whole),
  );
}

/** `NAME`, `NAME=value` and several of them, values without their quotes. */
function argumentsIn(text: string): (readonly [name: string, value: string | undefined])[] {
  return [...text.matchAll(/(\w+)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|\S*))?/g)].map(([, name = '', value]) => [
    name,
    value?.replace(/^(["'])([^]*)\1$/, '$2'),
  ]);
}

function contextOf({ variant }: DepBuilder): string {
  return `dep-builders/${variant}`;
}
