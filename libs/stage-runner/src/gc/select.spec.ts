import { inventoryOf, type GivenImage } from '../testing/inventory';
import { selectRemovals } from './select';
import { usageOf } from './usage';

const UPSTREAM = ['upstream', 1000] as const;
const upstream: GivenImage = { id: 'upstream', layers: [UPSTREAM], names: ['upstream'] };

/** An image of cyan on the upstream image, with one layer. */
function cyan(id: string, bytes: number, usedAt: number, more: Partial<GivenImage> = {}): GivenImage {
  return { id, variant: 'cyan', layers: [UPSTREAM, [id, bytes]], usedAt, ...more };
}

function removed(images: readonly GivenImage[], limit: number, known: Parameters<typeof inventoryOf>[1] = {}) {
  const { removed, before, after } = selectRemovals(inventoryOf([upstream, ...images], known), limit);
  return { removed: removed.map(({ id }) => id), before, after };
}

describe('selectRemovals', () => {
  it('removes the one that was used longest ago first, and no more than it must', () => {
    const images = [cyan('newer', 10, 3), cyan('old', 20, 1), cyan('oldest', 5, 0), cyan('newest', 10, 4)];
    expect(removed(images, 40)).toEqual({ removed: ['oldest'], before: 45, after: 40 });
    expect(removed(images, 20)).toEqual({ removed: ['oldest', 'old'], before: 45, after: 20 });
    expect(removed(images, 0)).toEqual({ removed: ['oldest', 'old', 'newer', 'newest'], before: 45, after: 0 });
    expect(removed(images, 45)).toEqual({ removed: [], before: 45, after: 45 });
  });

  it('keeps what is needed or in use, has a name that is not ours, or is not known', () => {
    const images = [
      cyan('needed', 10, 0),
      cyan('in-use', 10, 0),
      cyan('named', 10, 0, { names: ['ours:44', 'mine'] }),
      cyan('ours', 10, 0, { names: ['ours:43'] }),
      cyan('below', 10, 0, { access: 'below' }),
      { id: 'unknown', layers: [UPSTREAM, ['unknown', 10]] } satisfies GivenImage,
    ];
    const known = { needed: new Set(['needed']), inUse: new Set(['in-use']) };
    expect(removed(images, 0, known)).toEqual({ removed: ['ours'], before: 40, after: 30 });
  });

  it('counts a layer once, and frees it with the last that has it', () => {
    const shared = ['shared', 100] as const;
    const images = [
      cyan('a', 0, 0, { layers: [UPSTREAM, shared, ['a', 1]] }),
      cyan('b', 0, 1, { layers: [UPSTREAM, shared, ['b', 2]] }),
    ];
    expect(removed(images, 102)).toEqual({ removed: ['a'], before: 103, after: 102 });
    expect(removed(images, 101)).toEqual({ removed: ['a', 'b'], before: 103, after: 0 });
  });

  it('keeps an image whose removal frees nothing: what stands on it holds its layers', () => {
    const images = [
      cyan('checkpoint', 10, 0),
      cyan('image', 0, 1, { layers: [UPSTREAM, ['checkpoint', 10], ['rest', 1]] }),
    ];
    expect(removed(images, 0, { needed: new Set(['image']) })).toEqual({ removed: [], before: 11, after: 11 });
  });

  it('frees nothing that an image of others stands on', () => {
    const theirs: GivenImage = { id: 'theirs', layers: [UPSTREAM, ['a', 10], ['theirs', 10]] };
    expect(removed([cyan('a', 10, 0), theirs], 0)).toEqual({ removed: [], before: 10, after: 10 });
  });
});

describe('usageOf', () => {
  it('gives the bytes of own layers by variant, a shared layer once', () => {
    const images: GivenImage[] = [
      upstream,
      { id: 'base', variant: 'base', layers: [UPSTREAM, ['base', 100]] },
      { id: 'cyan', variant: 'cyan', parentLayers: 2, layers: [UPSTREAM, ['base', 100], ['cyan', 10]] },
      { id: 'old', variant: 'cyan', parentLayers: 2, layers: [UPSTREAM, ['base', 100], ['old', 5]] },
    ];
    expect(usageOf(inventoryOf(images, { needed: new Set(['base', 'cyan']) }))).toEqual([
      { variant: 'base', images: 1, needed: 100, unneeded: 0 },
      { variant: 'cyan', images: 2, needed: 10, unneeded: 5 },
    ]);
  });

  it('counts what is left of a parent that is gone with those who hold it', () => {
    const images: GivenImage[] = [
      upstream,
      { id: 'cyan', variant: 'cyan', parentLayers: 2, layers: [UPSTREAM, ['base', 100], ['cyan', 10]] },
    ];
    expect(usageOf(inventoryOf(images))).toEqual([{ variant: 'cyan', images: 1, needed: 0, unneeded: 110 }]);
  });
});
