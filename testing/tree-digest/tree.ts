import { createHash } from 'node:crypto';

/** What one name in a tree is, as far as an image keeps it. Times and hard links are left out: builds differ in them. */
export type TreeNode = FileNode | SymlinkNode | DeviceNode | PlainNode;

interface NodeBase {
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Extended attributes: the value in hexadecimal by name. */
  readonly xattrs: Readonly<Record<string, string>>;
}

export interface FileNode extends NodeBase {
  readonly type: 'file';
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface SymlinkNode extends NodeBase {
  readonly type: 'symlink';
  readonly target: string;
}

export interface DeviceNode extends NodeBase {
  readonly type: 'device';
  /** `character` or `block`, and the number. */
  readonly device: string;
}

export interface PlainNode extends NodeBase {
  readonly type: 'directory' | 'fifo' | 'socket';
}

/** A tree by absolute path, `/` for its top; a name that is not UTF-8 has `\xNN` for its bytes. */
export type Tree = ReadonlyMap<string, TreeNode>;

/** One line for each path, sorted by bytes: what {@link treeDigest} is made over, to be read by people too. */
export function treeLines(tree: Tree): string[] {
  return [...tree]
    .sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .map(([path, node]) => `${JSON.stringify(path)} ${describeNode(node)}`);
}

/** A SHA-256 over paths, types, modes, owners, link targets, contents and extended attributes, hexadecimal. */
export function treeDigest(tree: Tree): string {
  const hash = createHash('sha256');
  for (const line of treeLines(tree)) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** A node in one line: `file 0644 0:0 sha256:…`. Equal lines mean equal nodes. */
export function describeNode(node: TreeNode): string {
  const xattrs = Object.entries(node.xattrs)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => ` ${name}=0x${value}`);
  return `${node.type} ${node.mode.toString(8).padStart(4, '0')} ${node.uid}:${node.gid}${contentOf(node)}${xattrs.join('')}`;
}

function contentOf(node: TreeNode): string {
  switch (node.type) {
    case 'file':
      return ` sha256:${node.sha256}`;
    case 'symlink':
      return ` -> ${JSON.stringify(node.target)}`;
    case 'device':
      return ` ${node.device}`;
    case 'directory':
    case 'fifo':
    case 'socket':
      return '';
  }
}
