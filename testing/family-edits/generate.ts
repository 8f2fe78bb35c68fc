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
  type PinnedDownload,
  type ScriptText,
} from './family';
import { familyFiles } from './files';
import { kindsOf, type KindOfEdit } from './kinds';
import {
  CONTAINERFILES,
  DOWNLOAD_PATHS,
  FILE_NAMES,
  MADE_PATHS,
  PATHS,
  SCRIPT_NAMES,
  SCRIPTS,
  STATED,
  TARGETS,
  VALUES,
} from './pools';
import type { Random } from './random';
import { SOURCE_NAMES } from './sources';

type Maker = (random: Random, state: FamilyState, member: MemberName) => Edit | undefined;

/** What edits are made, and how often one of each kind is, relative to the others. */
const MAKERS: readonly { readonly weight: number; readonly make: Maker }[] = [
  { weight: 16, make: place },
  { weight: 12, make: turn },
  { weight: 6, make: withdraw },
  { weight: 2, make: permit },
  { weight: 4, make: list },
  { weight: 6, make: unlist },
  { weight: 9, make: script },
  { weight: 5, make: withoutScript },
  { weight: 8, make: file },
  { weight: 6, make: download },
  { weight: 5, make: depBuilder },
  { weight: 7, make: made },
  { weight: 4, make: secret },
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

/** The same, of a kind that is not among those seen, where one of some is: so few edits are of many kinds. */
export function generateUnseen(random: Random, state: FamilyState, seen: ReadonlySet<KindOfEdit>): Edit {
  const isSeen = (edit: Edit) => kindsOf(state, edit).every((kind) => seen.has(kind));
  let edit = generateEdit(random, state);
  for (let tries = 1; tries < 300 && isSeen(edit); tries++) edit = generateEdit(random, state);
  return edit;
}

/** What is the same for families of the same files. */
function textOf(state: FamilyState): string {
  return JSON.stringify([state.release, state.revision, state.secret, familyFiles(state)]);
}

function place(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const [path, tree] = [random.pick(PATHS), random.once(4) ? TREES[1] : TREES[0]];
  return placed(random, state, { member, tree, path, node: overrideNode(random) });
}

/** Turns what stands at a path into something else, or points a link elsewhere. */
function turn(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  const standing = TREES.flatMap((tree) =>
    Object.keys(state.members[member].overrides[tree]).flatMap((path) =>
      // A directory that holds overrides, too.
      PATHS.filter((known) => known === path || path.startsWith(`${known}/`)).map((place) => ({ tree, path: place })),
    ),
  );
  if (standing.length === 0) return undefined;
  return placed(random, state, {
    member,
    ...random.pick(standing),
    node: random.pick([emptyDirectory, symlink, regularFile])(random),
  });
}

function placed(
  random: Random,
  state: FamilyState,
  edit: Omit<Extract<Edit, { kind: 'place' }>, 'kind'>,
): Edit | undefined {
  const others = MEMBERS.filter((name) => name !== edit.member).flatMap((name) =>
    TREES.flatMap((one) => Object.entries(state.members[name].overrides[one])),
  );
  // A build that is refused shows little: seldom.
  const isRefused = others.some(([path, node]) => clash(edit, { path, node }));
  if (isRefused && !random.once(10)) return undefined;
  return { kind: 'place', ...edit, node: unitAt(edit.path, edit.node) };
}

function unitAt(path: string, node: OverrideNode): OverrideNode {
  return path.endsWith('.service') && node.type === 'file' ? { ...node, content: unit(node.content) } : node;
}

const emptyDirectory = (random: Random): OverrideNode => ({
  type: 'empty-directory',
  mode: random.pick(['0755', '0700']),
});
const symlink = (random: Random): OverrideNode => ({ type: 'symlink', target: random.pick(TARGETS) });
const regularFile = (random: Random): OverrideNode => ({
  type: 'file',
  content: `${random.below(1000)}\n`,
  mode: random.pick(['0644', '0644', '0755']),
});

function overrideNode(random: Random): OverrideNode {
  switch (random.below(7)) {
    case 0:
      return emptyDirectory(random);
    case 1:
    case 2:
      return symlink(random);
    default:
      return regularFile(random);
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
  const text = withOrWithoutReads(random, random.pick(SCRIPTS));
  return { kind: 'script', member, name: random.pick(SCRIPT_NAMES), script: text };
}

function withOrWithoutReads(random: Random, text: ScriptText): ScriptText {
  return random.once(4) ? { ...text, reads: undefined } : text;
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

function download(random: Random, state: FamilyState, member: MemberName): Edit {
  const path = random.pick(DOWNLOAD_PATHS);
  const isRemoved = state.members[member].downloads[path] !== undefined && random.once(3);
  const pinned: PinnedDownload = { source: random.pick(SOURCE_NAMES), mode: random.pick(['0644', '0755']) };
  return { kind: 'download', member, path, download: isRemoved ? undefined : pinned };
}

function depBuilder(random: Random, state: FamilyState, member: MemberName): Edit {
  const isRemoved = state.members[member].depBuilder !== undefined && random.once(4);
  const text = withOrWithoutReads(random, random.pick(CONTAINERFILES));
  return { kind: 'dep-builder', member, depBuilder: isRemoved ? undefined : text };
}

function made(random: Random, state: FamilyState, member: MemberName): Edit | undefined {
  if (state.members[member].depBuilder === undefined) return undefined;
  const path = random.pick(MADE_PATHS);
  const isRemoved = state.members[member].made[path] !== undefined && random.once(3);
  return { kind: 'made', member, path, node: isRemoved ? undefined : overrideNode(random) };
}

function secret(_: Random, state: FamilyState): Edit {
  return { kind: 'secret', secret: state.secret === 'given' ? 'missing' : 'given' };
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
