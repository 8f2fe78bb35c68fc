import type {
  FamilyState,
  ListName,
  Member,
  MemberName,
  OverrideNode,
  ParentName,
  PinnedDownload,
  ReleaseName,
  Revision,
  ScriptText,
  StatedPermissions,
  TreeName,
} from './family';

/** One thing that a person changes in a family. */
export type Edit =
  | {
      readonly kind: 'place';
      readonly member: MemberName;
      readonly tree: TreeName;
      readonly path: string;
      readonly node: OverrideNode;
    }
  | { readonly kind: 'withdraw'; readonly member: MemberName; readonly tree: TreeName; readonly path: string }
  | {
      readonly kind: 'permit';
      readonly member: MemberName;
      readonly path: string;
      readonly stated: StatedPermissions | undefined;
    }
  | { readonly kind: 'list'; readonly member: MemberName; readonly list: ListName; readonly value: string }
  | { readonly kind: 'unlist'; readonly member: MemberName; readonly list: ListName; readonly value: string }
  | {
      readonly kind: 'script';
      readonly member: MemberName;
      readonly name: string;
      readonly script: ScriptText | undefined;
    }
  | { readonly kind: 'file'; readonly member: MemberName; readonly name: string; readonly content: string | undefined }
  | {
      readonly kind: 'download';
      readonly member: MemberName;
      readonly path: string;
      readonly download: PinnedDownload | undefined;
    }
  | { readonly kind: 'dep-builder'; readonly member: MemberName; readonly depBuilder: ScriptText | undefined }
  /** A file that the dep-builder leaves. */
  | {
      readonly kind: 'made';
      readonly member: MemberName;
      readonly path: string;
      readonly node: OverrideNode | undefined;
    }
  | { readonly kind: 'secret'; readonly secret: FamilyState['secret'] }
  | { readonly kind: 'parent'; readonly member: MemberName; readonly from: ParentName }
  | { readonly kind: 'option'; readonly member: MemberName; readonly isExtra: boolean }
  | { readonly kind: 'release'; readonly release: ReleaseName }
  | { readonly kind: 'revision'; readonly revision: Revision }
  | { readonly kind: 'comment'; readonly member: MemberName; readonly text: string };

/** The family after an edit. Pure. */
export function applyEdit(state: FamilyState, edit: Edit): FamilyState {
  if (edit.kind === 'release') return { ...state, release: edit.release };
  if (edit.kind === 'revision') return { ...state, revision: edit.revision };
  if (edit.kind === 'secret') return { ...state, secret: edit.secret };
  const before = state.members[edit.member];
  return { ...state, members: { ...state.members, [edit.member]: changed(before, edit) } };
}

function changed(member: Member, edit: Exclude<Edit, { kind: 'release' | 'revision' | 'secret' }>): Member {
  switch (edit.kind) {
    case 'place': {
      const cleared = withoutClashes(member, edit.path, edit.node);
      const tree = { ...cleared.overrides[edit.tree], [edit.path]: edit.node };
      return { ...cleared, overrides: { ...cleared.overrides, [edit.tree]: tree } };
    }
    case 'withdraw': {
      const overrides = { ...member.overrides, [edit.tree]: without(member.overrides[edit.tree], edit.path) };
      // What is stated of a path without an override is an error.
      return { ...member, overrides, permissions: without(member.permissions, edit.path) };
    }
    case 'permit': {
      const others = without(member.permissions, edit.path);
      return { ...member, permissions: edit.stated === undefined ? others : { ...others, [edit.path]: edit.stated } };
    }
    case 'list':
      return { ...member, lists: { ...member.lists, [edit.list]: [...(member.lists[edit.list] ?? []), edit.value] } };
    case 'unlist': {
      const left = (member.lists[edit.list] ?? []).filter((value) => value !== edit.value);
      return { ...member, lists: { ...member.lists, [edit.list]: left } };
    }
    case 'script': {
      const others = without(member.scripts, edit.name);
      return { ...member, scripts: edit.script === undefined ? others : { ...others, [edit.name]: edit.script } };
    }
    case 'file': {
      const others = without(member.files, edit.name);
      return { ...member, files: edit.content === undefined ? others : { ...others, [edit.name]: edit.content } };
    }
    case 'download': {
      const others = without(member.downloads, edit.path);
      return { ...member, downloads: edit.download === undefined ? others : { ...others, [edit.path]: edit.download } };
    }
    case 'dep-builder':
      return { ...member, depBuilder: edit.depBuilder };
    case 'made': {
      const others = without(member.made, edit.path);
      if (edit.node === undefined) return { ...member, made: others };
      return { ...member, made: { ...withoutClashing(others, edit.path, edit.node), [edit.path]: edit.node } };
    }
    case 'parent':
      return { ...member, from: edit.from };
    case 'option':
      return { ...member, isExtra: edit.isExtra };
    case 'comment':
      return { ...member, comments: [...member.comments, edit.text] };
  }
}

/** A path holds either other paths or a file: what a variant has in the way is replaced. */
function withoutClashes(member: Member, path: string, node: OverrideNode): Member {
  const left = (tree: TreeName) => withoutClashing(without(member.overrides[tree], path), path, node);
  const overrides = { overrides: left('overrides'), overrides_extra: left('overrides_extra') };
  const permissions = Object.fromEntries(
    Object.entries(member.permissions).filter(([other]) => overrides.overrides[other] !== undefined),
  );
  return { ...member, overrides, permissions };
}

function withoutClashing(tree: Readonly<Record<string, OverrideNode>>, path: string, node: OverrideNode) {
  return Object.fromEntries(
    Object.entries(tree).filter(([other, existing]) => !clash({ path, node }, { path: other, node: existing })),
  );
}

interface Placed {
  readonly path: string;
  readonly node: OverrideNode;
}

/** Whether two overrides want a path to be a directory and something else. */
export function clash(left: Placed, right: Placed): boolean {
  return isInTheWay(left, right) || isInTheWay(right, left);
}

function isInTheWay({ path, node }: Placed, other: Placed): boolean {
  if (node.type === 'empty-directory') return other.path === path && other.node.type !== 'empty-directory';
  return other.path.startsWith(`${path}/`);
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
