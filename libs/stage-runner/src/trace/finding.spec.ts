import { renderDiagnostic } from '@immutablue/diagnostics';
import { placesFor, readsBeyondHeader } from './finding';
import type { UndeclaredRead } from './undeclared';

const open = (path: string): UndeclaredRead => ({ path, access: 'open', outcome: 'found' });
const list = (path: string): UndeclaredRead => ({ path, access: 'list', outcome: 'found' });
const missing = (path: string): UndeclaredRead => ({ path, access: 'look', outcome: 'absent' });

it('names the header, the paths by folder, and what the header lacks', () => {
  const script = { file: '/w/packages/teal/build/35-x.sh', variant: 'teal', stage: '35-x' };
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => open(`/usr/lib/many/${name}`));
  const reads = [open('/etc/motd'), missing('/etc/none'), list('/usr/share/x'), ...many];
  const diagnostic = readsBeyondHeader(script, '#!/bin/bash\n# Why.\n# reads: /usr/lib/modules\ntrue\n', reads);
  expect(renderDiagnostic(diagnostic, { root: '/w', colors: 'never' })).toMatchInlineSnapshot(`
   "error[script/reads-beyond-header]: \`teal/build/35-x.sh\` reads 11 paths that its header \`# reads:\` does not name
     --> packages/teal/build/35-x.sh:3:1
     |
   3 | # reads: /usr/lib/modules
     | ^
     | /etc: motd, none (not there)
     | /usr/lib/many: a, b, c, d, e, f, and 2 more
     | /usr/share/x: its names
     hint: add what decides what the script does: \`# reads: /etc/motd /etc/none /usr/lib/many /usr/share/x\`"
  `);
});

it.each([
  [['/a/one', '/a/two'].map(open), ['/a/one', '/a/two']],
  [['/a/1', '/a/2', '/a/3', '/a/4'].map(open), ['/a']],
  [[list('/a'), open('/a/1'), open('/a/b/c')], ['/a']],
  // All of the root file system is never meant.
  [['/1', '/2', '/3', '/4'].map(open), ['/1', '/2', '/3', '/4']],
])('names few places for %j', (reads, expected) => {
  expect(placesFor(reads)).toEqual(expected);
});
