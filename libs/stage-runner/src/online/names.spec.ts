import { readTrial } from './names';

const NOTHING = { unknown: [], unmet: [] };
const UNMET = [{ what: 'libx.so()(64bit)', by: 'tool-1.0-1.x86_64' }];

it.each([
  ['dnf 4, resolved', 1, ['Install  2 Packages', '', 'Operation aborted.'], NOTHING],
  ['dnf 5, resolved', 1, ['Installing: 2 packages', 'Operation aborted by the user.'], NOTHING],
  ['both, installed already', 0, ['Nothing to do.'], NOTHING],
  [
    'dnf 4, unknown names',
    1,
    ['No match for argument: a', 'No match for argument: b-1.2', 'Error: Unable to find a match: a b-1.2'],
    { unknown: ['a', 'b-1.2'], unmet: [] },
  ],
  [
    'dnf 5, unknown names',
    1,
    ['Failed to resolve the transaction:', 'No match for argument: a', 'No match for argument: b-1.2'],
    { unknown: ['a', 'b-1.2'], unmet: [] },
  ],
  [
    'dnf 4, an unmet need',
    1,
    [
      'Error: ',
      ' Problem: conflicting requests',
      '  - nothing provides libx.so()(64bit) needed by tool-1.0-1.x86_64 from e2e',
    ],
    { unknown: [], unmet: UNMET },
  ],
  [
    'dnf 5, an unmet need',
    1,
    [
      'Failed to resolve the transaction:',
      'Problem: conflicting requests',
      '  - nothing provides libx.so()(64bit) needed by tool-1.0-1.x86_64 from e2e',
    ],
    { unknown: [], unmet: UNMET },
  ],
  [
    'dnf 4, a repository that is down',
    1,
    ["Error: Failed to download metadata for repo 'fedora': Cannot prepare internal mirrorlist"],
    {
      ...NOTHING,
      undecided: {
        kind: 'unreachable',
        lines: ["Error: Failed to download metadata for repo 'fedora': Cannot prepare internal mirrorlist"],
      },
    },
  ],
  [
    'packages that exclude each other',
    1,
    ['Problem: package a-1-1.noarch conflicts with b provided by b-1-1.noarch'],
    {
      ...NOTHING,
      undecided: { kind: 'other', lines: ['Problem: package a-1-1.noarch conflicts with b provided by b-1-1.noarch'] },
    },
  ],
])('understands %s', (_, exitCode, output, answer) => {
  expect(readTrial(exitCode, output)).toEqual(answer);
});
