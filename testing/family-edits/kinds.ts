import type { Edit } from './edit';
import { TREES, type FamilyState, type Member, type ScriptText } from './family';

/** What becomes of a symbolic link, or what becomes one. A directory may hold other overrides. */
const LINK_CHANGES = [
  'link added',
  'link retargeted',
  'link removed',
  'link to file',
  'file to link',
  'link to directory',
  'directory to link',
] as const;
type LinkChange = (typeof LINK_CHANGES)[number];

/** What an edit is, as far as tests want each to occur. */
export type KindOfEdit = Edit['kind'] | LinkChange | typeof SECRET_ASKED_FOR;

const SECRET_ASKED_FOR = 'secret asked for';

/** One line for each kind: the compiler asks for a new one. */
const ALL: Readonly<Record<Edit['kind'], undefined>> = {
  place: undefined,
  withdraw: undefined,
  permit: undefined,
  list: undefined,
  unlist: undefined,
  script: undefined,
  file: undefined,
  download: undefined,
  'dep-builder': undefined,
  made: undefined,
  secret: undefined,
  parent: undefined,
  option: undefined,
  release: undefined,
  revision: undefined,
  comment: undefined,
};

/** All kinds of edits. */
export const EDIT_KINDS: readonly KindOfEdit[] = [
  ...(Object.keys(ALL) as Edit['kind'][]),
  ...LINK_CHANGES,
  SECRET_ASKED_FOR,
];

/** The kinds of an edit: its own, and what it does to a link, or with the secret. Pure. */
export function kindsOf(state: FamilyState, edit: Edit): readonly KindOfEdit[] {
  const change = linkChange(state, edit);
  const asks = textOf(edit)?.secret === 'asked-for';
  return [edit.kind, ...(change === undefined ? [] : [change]), ...(asks ? ([SECRET_ASKED_FOR] as const) : [])];
}

function textOf(edit: Edit): ScriptText | undefined {
  if (edit.kind === 'script') return edit.script;
  return edit.kind === 'dep-builder' ? edit.depBuilder : undefined;
}

function linkChange(state: FamilyState, edit: Edit): LinkChange | undefined {
  if (edit.kind !== 'place' && edit.kind !== 'withdraw') return undefined;
  const before = typeAt(state.members[edit.member], edit.path);
  if (edit.kind === 'withdraw') return before === 'symlink' ? 'link removed' : undefined;
  switch (edit.node.type) {
    case 'symlink':
      return before === undefined ? 'link added' : BECOMES_LINK[before];
    case 'file':
      return before === 'symlink' ? 'link to file' : undefined;
    case 'empty-directory':
      return before === 'symlink' ? 'link to directory' : undefined;
  }
}

const BECOMES_LINK = {
  symlink: 'link retargeted',
  file: 'file to link',
  directory: 'directory to link',
} as const satisfies Readonly<Record<string, LinkChange>>;

function typeAt({ overrides }: Member, path: string): keyof typeof BECOMES_LINK | undefined {
  const placed = TREES.flatMap((tree) => Object.entries(overrides[tree]));
  const node = placed.find(([other]) => other === path)?.[1];
  if (node !== undefined) return node.type === 'empty-directory' ? 'directory' : node.type;
  return placed.some(([other]) => other.startsWith(`${path}/`)) ? 'directory' : undefined;
}
