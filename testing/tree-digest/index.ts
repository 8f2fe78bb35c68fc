export { compareTrees, renderDifferences, type TreeDifference } from './compare';
export { readImageTree } from './image-tree';
export { NORMALISATIONS, normaliseTree, type Normalisation } from './normalise';
export { readTree } from './read-tree';
export { describeNode, treeDigest, treeLines, type Tree, type TreeNode } from './tree';
