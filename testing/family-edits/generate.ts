import { applyEdit, clash, type Edit } from './edit';
import {
  LISTS,
  MEMBERS,
  OPPOSED_LISTS,
  PARENTS,
  RELEASES,
  REVISIONS,
  TREES,
  type FamilyState,
  type MemberName,
  type OverrideNode,
  type ScriptText,
} from './family';
import { familyFiles } from './files';
import { FILE_NAMES, PATHS, SCRIPT_NAMES, SCRIPTS, STATED, TARGETS, VALUES } from './pools';
import type { Random } from './random';

type Maker = (random: Random, state: FamilyState, member: MemberName) => Edit | undefined;

/** What edits are made, and how often one of each kind is, relative to the others. */
const MAKERS: readonly { readonly weight: number; readonly make: Maker }[] = [
  { weight: 16, make: place },
  { weight: 6, make: withdraw },
  { weight: 2, make: permit },
  { weight: 4, make: list },
  { weight: 6, make: unlist },
  { weight: 9, make: script },
  { weight: 5, make: withoutScript },
  { weight: 8, make: file },
  { weight: 2, make: parent },
  { weight: 2, make: option },
  { weight: 2, make: release },
  { weight: 2, make: revision },
  { weight: 1, make: comment },
];

/** An edit that changes the family. Pure: the same choices give the same edit. */
export function generateEdit(random: Random, state: FamilyState): Edit {
  const makers = MAKERS.flatMap(({ weight, make }) => Array.from({ length: weight }, () => make));
  for (;;) {
    const edit = random.pick(makers)(random, state, random.pick(MEMBERS));
    if (edit !== undefined && textOf(applyEdit(state, edit)) !== textOf(state)) return edit;
  }
}

/** What is the same for families of the same files. */
function textOf(state: FamilyState): string {
  return JSON.stringify([state.release, state.revision, familyFiles(state)]);
}

function place(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const [path, tree, node] = [random.pick(PATHS), random.once(4) ? TREES[1] : TREES[0], overrideNode(random)];
  const others = MEMBERS.filter((name) => name !== member).flatMap((name) =>
    TREES.flatMap((one) => Object.entries(state.members[name].overrides[one])),
  );
  // A build that is refused shows little: seldom.
  const isRefused = others.some(([other, existing]) => clash({ path, node }, { path: other, node: existing }));
  if (isRefused && !random.once(10)) return undefined;
  const isUnit = path.endsWith('.service') && node.type === 'file';
  return { kind: 'place', member, tree, path, node: isUnit ? { ...node, content: unit(node.content) } : node };
}

function overrideNode(random: Random): OverrideNode {
  switch (random.below(7)) {
    case 0:
      return { type: 'empty-directory', mode: random.pick(['0755', '0700']) };
    case 1:
    case 2:
      return { type: 'symlink', target: random.pick(TARGETS) };
    default:
      return { type: 'file', content: `${random.below(1000)}\n`, mode: random.pick(['0644', '0644', '0755']) };
  }
}

function unit(content: string): string {
  return `[Unit]\nDescription=${content}[Service]\nExecStart=/usr/bin/true\n[Install]\nWantedBy=multi-user.target default.target\n`;
}

function withdraw(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const placed = TREES.flatMap((tree) =>
    Object.keys(state.members[member].overrides[tree]).map((path) => ({ tree, path })),
  );
  return placed.length === 0 ? undefined : { kind: 'withdraw', member, ...random.pick(placed) };
}

function permit(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const { overrides, permissions } = state.members[member];
  const paths = Object.entries(overrides.overrides).flatMap(([path, { type }]) => (type === 'symlink' ? [] : [path]));
  if (paths.length === 0) return undefined;
  const path = random.pick(paths);
  const stated = permissions[path] !== undefined && random.once(2) ? undefined : random.pick(STATED);
  return { kind: 'permit', member, path, stated };
}

function list(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const name = random.pick(LISTS);
  const value = random.pick(VALUES[name]);
  const { lists } = state.members[member];
  const opposed = OPPOSED_LISTS.flatMap((pair) => (pair.includes(name) ? pair : [name]));
  return [name, ...opposed].some((one) => lists[one]?.includes(value) === true)
    ? undefined
    : { kind: 'list', member, list: name, value };
}

function unlist(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const name = random.pick(LISTS);
  const values = state.members[member].lists[name] ?? [];
  return values.length === 0 ? undefined : { kind: 'unlist', member, list: name, value: random.pick(values) };
}

function script(random: Random, _: FamilyState, member: MemberName): Edit {
  const { reads, lines } = random.pick(SCRIPTS);
  const text: ScriptText = { reads: random.once(4) ? undefined : reads, lines };
  return { kind: 'script', member, name: random.pick(SCRIPT_NAMES), script: text };
}

function withoutScript(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const names = Object.keys(state.members[member].scripts);
  return names.length === 0 ? undefined : { kind: 'script', member, name: random.pick(names), script: undefined };
}

function file(random: Random, state: FamilyState, member: MemberName): Edit {
  const name = random.pick(FILE_NAMES);
  const isRemoved = state.members[member].files[name] !== undefined && random.once(4);
  return { kind: 'file', member, name, content: isRemoved ? undefined : `${random.below(1000)}\n` };
}

function parent(random: Random, _: FamilyState, member: MemberName): Edit {
  return { kind: 'parent', member, from: random.pick(PARENTS[member]) };
}

function option(_: Random, state: FamilyState, member: MemberName): Edit | undefined {
  // One variant always declares it: an undeclared option is an error.
  if (member === 'p-sibling') return undefined;
  return { kind: 'option', member, isExtra: !state.members[member].isExtra };
}

function release(random: Random): Edit {
  return { kind: 'release', release: random.pick(RELEASES) };
}

function revision(random: Random): Edit {
  return { kind: 'revision', revision: random.pick(REVISIONS) };
}

function comment(random: Random, _: FamilyState, member: MemberName): Edit {
  return { kind: 'comment', member, text: `of no meaning, ${random.below(1000)}` };
}
