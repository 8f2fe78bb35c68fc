import { treeOf } from './tree';

it('a base, ten variants on it, and ten on each of these', () => {
  const tree = treeOf(112);
  expect(tree.slice(0, 2)).toEqual([
    { name: 'base', parent: undefined },
    { name: 'scale-1', parent: 'base' },
  ]);
  const on = (parent: string) => tree.filter((variant) => variant.parent === parent).length;
  expect([on('base'), on('scale-1'), on('scale-10'), on('scale-11')]).toEqual([10, 10, 10, 1]);
});
