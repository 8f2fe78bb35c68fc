import {
  applyEdit,
  createRandom,
  EDIT_KINDS,
  familyFiles,
  firstFamily,
  generateEdit,
  generateEvent,
  generateUnseen,
  kindsOf,
  type Edit,
  type FamilyState,
  type KindOfEdit,
} from '.';
import { OPPOSED_LISTS } from './family';

function sequence(seed: number, length: number): { readonly edits: readonly Edit[]; readonly states: FamilyState[] } {
  const random = createRandom(seed);
  const edits: Edit[] = [];
  const states = [firstFamily()];
  for (let index = 0; index < length; index++) {
    const state = states[index] ?? firstFamily();
    const edit = generateEdit(random, state);
    edits.push(edit);
    states.push(applyEdit(state, edit));
  }
  return { edits, states };
}

describe('createRandom', () => {
  it('gives the same choices for the same seed, and others for another', () => {
    const choices = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.below(1000));
    };
    expect(choices(7)).toEqual(choices(7));
    expect(choices(7)).not.toEqual(choices(8));
  });

  it('gives each choice about as often', () => {
    const random = createRandom(1);
    const choices = Array.from({ length: 4000 }, () => random.below(4));
    for (const value of [0, 1, 2, 3]) {
      const count = choices.filter((choice) => choice === value).length;
      expect(Math.abs(count - 1000)).toBeLessThan(150);
    }
  });
});

describe('generateEdit', () => {
  it('gives the same sequence for the same seed', () => {
    expect(sequence(3, 50).edits).toEqual(sequence(3, 50).edits);
  });

  it('changes the family with each edit', () => {
    const { states } = sequence(5, 200);
    for (const [index, state] of states.slice(1).entries()) expect(state).not.toEqual(states[index]);
  });

  it('never makes lists that contradict each other: of such a variant nothing is built', () => {
    for (const { members } of sequence(7, 1000).states) {
      for (const { lists } of Object.values(members)) {
        const both = OPPOSED_LISTS.map(([one, other]) => lists[one]?.filter((value) => lists[other]?.includes(value)));
        expect(both.flatMap((values) => values ?? [])).toEqual([]);
      }
    }
  });

  it('makes edits of every kind', () => {
    const { edits, states } = sequence(1, 500);
    const kinds = new Set(edits.flatMap((edit, index) => kindsOf(states[index] ?? firstFamily(), edit)));
    expect([...kinds].sort()).toEqual([...EDIT_KINDS].sort());
  });
});

describe('generateUnseen', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('makes 30 edits of every kind, seed %d', (seed) => {
    const random = createRandom(seed);
    const kinds = new Set<KindOfEdit>();
    let state = firstFamily();
    for (let index = 0; index < 30; index++) {
      const edit = generateUnseen(random, state, kinds);
      for (const kind of kindsOf(state, edit)) kinds.add(kind);
      state = applyEdit(state, edit);
    }
    expect(EDIT_KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});

describe('kindsOf', () => {
  const node = {
    file: { type: 'file', content: 'x', mode: '0644' },
    link: { type: 'symlink', target: 'one' },
    directory: { type: 'empty-directory', mode: '0755' },
  } as const;

  it.each([
    ['nothing', 'link', 'link added'],
    ['link', 'nothing', 'link removed'],
    ['file', 'link', 'file to link'],
    ['link', 'file', 'link to file'],
    ['directory', 'link', 'directory to link'],
    ['link', 'directory', 'link to directory'],
    ['file', 'directory', undefined],
    ['file', 'nothing', undefined],
  ] as const)('says what becomes of a link: from %s to %s', (before, after, expected) => {
    const at = { member: 'p-base', tree: 'overrides', path: '/a' } as const;
    const state =
      before === 'nothing' ? firstFamily() : applyEdit(firstFamily(), { kind: 'place', ...at, node: node[before] });
    const edit: Edit = after === 'nothing' ? { kind: 'withdraw', ...at } : { kind: 'place', ...at, node: node[after] };
    expect(kindsOf(state, edit)).toEqual(expected === undefined ? [edit.kind] : [edit.kind, expected]);
  });

  it('sees a directory in what holds an override', () => {
    const at = { member: 'p-base', tree: 'overrides' } as const;
    const state = applyEdit(firstFamily(), { kind: 'place', ...at, path: '/a/b', node: node.file });
    expect(kindsOf(state, { kind: 'place', ...at, path: '/a', node: node.link })).toContain('directory to link');
  });
});

describe('generateEvent', () => {
  const events = (seed: number, length: number) => {
    const random = createRandom(seed);
    return Array.from({ length }, () => generateEvent(random, firstFamily()));
  };

  it('gives the same sequence for the same seed', () => {
    expect(events(3, 100)).toEqual(events(3, 100));
  });

  it('makes events of every kind, and none as often as all of them', () => {
    const made = events(1, 400);
    const kinds = new Set(made.map((event) => event?.kind));
    expect([...kinds].sort()).toEqual(['clean', 'cut', 'images-removed', 'lab-down', 'meanwhile', undefined]);
    expect(Math.abs(made.filter((event) => event === undefined).length - 208)).toBeLessThan(40);
  });

  it('edits meanwhile only what a build reads when it needs it', () => {
    const kinds = events(2, 400).flatMap((event) => (event?.kind === 'meanwhile' ? [event.edit.kind] : []));
    expect([...new Set(kinds)].sort()).toEqual(['dep-builder', 'file', 'made', 'place', 'script']);
  });
});

describe('applyEdit', () => {
  it('writes and removes files that scripts read', () => {
    const file = (content: string | undefined): Edit => ({ kind: 'file', member: 'p-base', name: 'more', content });
    const paths = (state: FamilyState) => familyFiles(state).map(({ path }) => path);
    const written = applyEdit(firstFamily(), file('x'));
    expect(paths(written)).toContain('p-base/files/more');
    expect(paths(applyEdit(written, file(undefined)))).toEqual(paths(firstFamily()));
  });

  it('replaces what stands in the way of an override', () => {
    const node = { type: 'file', content: 'x', mode: '0644' } as const;
    const place = (path: string): Edit => ({ kind: 'place', member: 'p-base', tree: 'overrides', path, node });
    const family = [place('/a/b'), place('/a')].reduce(applyEdit, firstFamily());
    expect(Object.keys(family.members['p-base'].overrides.overrides)).toContain('/a');
    expect(Object.keys(family.members['p-base'].overrides.overrides)).not.toContain('/a/b');
  });
});

describe('familyFiles', () => {
  it('never has a file where another one needs a directory, whatever the edits', () => {
    for (const state of sequence(11, 300).states) {
      const files = familyFiles(state).filter(({ node }) => node.type !== 'empty-directory');
      const paths = new Set(files.map(({ path }) => path));
      for (const path of paths) {
        const parts = path.split('/');
        const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
        expect(above.filter((one) => paths.has(one))).toEqual([]);
      }
    }
  });
});
