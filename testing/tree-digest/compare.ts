import { describeNode, type Tree } from './tree';

/** One path in which two trees are not the same. */
export interface TreeDifference {
  readonly path: string;
  /** The node as one line, or undefined where the tree has nothing. */
  readonly left: string | undefined;
  readonly right: string | undefined;
}

/** All paths in which two trees differ, sorted by bytes; none for equal trees. */
export function compareTrees(left: Tree, right: Tree): TreeDifference[] {
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths]
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map((path) => ({ path, left: lineOf(left, path), right: lineOf(right, path) }))
    .filter((difference) => difference.left !== difference.right);
}

/** The differences for a person: `- ` is the left tree, `+ ` the right one. */
export function renderDifferences(differences: readonly TreeDifference[]): string {
  return differences
    .flatMap(({ path, left, right }) => [
      path,
      ...(left === undefined ? [] : [`  - ${left}`]),
      ...(right === undefined ? [] : [`  + ${right}`]),
    ])
    .join('\n');
}

function lineOf(tree: Tree, path: string): string | undefined {
  const node = tree.get(path);
  return node === undefined ? undefined : describeNode(node);
}
