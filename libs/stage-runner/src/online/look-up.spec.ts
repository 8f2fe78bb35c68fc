import type { Entry, VariantName } from '@immutablue/variant';
import { tell } from './look-up';

const NAMES = ['tool', 'other'].map((value, index): Entry<string> => ({
  value,
  variant: 'teal' as VariantName,
  location: { file: '/w/packages.yaml', line: index + 1, column: 9 },
}));
const MISSING = { unmatched: NAMES.slice(1), unmet: [{ what: 'libx.so', by: 'tool-1.0-1.x86_64' }] };

it('names each line, what a package needs at the line that asks for the package', () => {
  const { faults, open } = tell(MISSING, NAMES, 'no repository', []);
  expect(faults.map(({ message, location }) => [message, location?.line])).toEqual([
    ['no repository has a package `other`', 2],
    ['`tool-1.0-1.x86_64` needs `libx.so`, which no repository has', 1],
  ]);
  expect(open).toEqual([]);
});

it('says beside what is missing what else is gone', () => {
  const { faults } = tell(MISSING, NAMES, 'no repository', [{ kind: 'certain', text: 'a repository is gone' }]);
  expect(faults.map(({ notes }) => notes)).toEqual([['a repository is gone'], ['a repository is gone']]);
});

it('takes nothing for missing that something unknown may have', () => {
  const doubts = [
    { kind: 'certain', text: 'a repository is gone' },
    { kind: 'open', text: 'a server is down' },
  ] as const;
  expect(tell(MISSING, NAMES, 'no repository', doubts)).toEqual({
    faults: [],
    open: ['`other`, `libx.so` were not found: a server is down'],
  });
});
