import { definitionOf, target, valuesOf } from '../testing/definition';
import { resolvePackages } from './resolve';

describe('the order of resolution', () => {
  it('agrees with a sort of all lists, for files made at random', () => {
    const random = generator(20_261_123);
    for (let round = 0; round < 200; round++) {
      const lists = randomLists(random);
      const { rpm } = resolvePackages(definitionOf(textOf(lists)), target);
      expect({ lists, rpm: valuesOf(rpm) }).toEqual({ lists, rpm: expectedOrder(lists) });
    }
  });
});

interface RandomList {
  readonly key: readonly [option: string, architecture: string];
  readonly section: readonly [architecture: string, release: string];
  readonly values: readonly string[];
}

function randomLists(random: (below: number) => number): readonly RandomList[] {
  const pick = (...choices: readonly string[]) => choices[random(choices.length)] ?? '';
  const lists = Array.from({ length: random(12) }, (): RandomList => {
    const architecture = pick('', 'x86_64', 'aarch64');
    return {
      key: [pick('', 'gui', 'silverblue', 'cyan', 'nucleus'), architecture],
      // A section may state the architecture too, but not another one than its key.
      section: [pick('', architecture === '' ? pick('x86_64', 'aarch64') : architecture), pick('', '43', '44')],
      values: Array.from({ length: random(4) }, () => pick('a', 'b', 'c', 'd', 'e', 'f')),
    };
  });
  const identity = ({ key, section }: RandomList) => [...key, ...section].join();
  return lists.filter((one, index) => lists.findIndex((other) => identity(one) === identity(other)) === index);
}

function textOf(lists: readonly RandomList[]): string {
  const keyOf = ({ key }: RandomList) => ['rpm', ...key].filter((part) => part !== '').join('_');
  const sectionOf = ({ section: [architecture, number], values }: RandomList) => {
    const name = [number === '' ? 'all' : number, architecture].filter((part) => part !== '').join('_');
    return `    ${name}: [${values.join(', ')}]`;
  };
  const lines = [...new Set(lists.map(keyOf))].flatMap((key) => [
    `  ${key}:`,
    ...lists.filter((list) => keyOf(list) === key).map(sectionOf),
  ]);
  return ['immutablue:', ...lines, ''].join('\n');
}

function expectedOrder(lists: readonly RandomList[]): readonly string[] {
  const rank = ({ key: [option, keyArchitecture], section: [sectionArchitecture, number] }: RandomList) => [
    ['', 'gui', 'silverblue', 'cyan'].indexOf(option),
    ['', 'x86_64'].indexOf(keyArchitecture),
    ['', 'x86_64'].indexOf(sectionArchitecture),
    ['', '44'].indexOf(number),
  ];
  const counting = lists.filter((list) => !rank(list).includes(-1));
  const sorted = counting.toSorted((left, right) => Number(rank(left).join('')) - Number(rank(right).join('')));
  return [...new Set(sorted.flatMap(({ values }) => values))];
}

/** Numbers that are the same in every run (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
