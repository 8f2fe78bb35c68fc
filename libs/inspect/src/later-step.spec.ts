import type { Step } from '@immutablue/plan';
import type { VariantName } from '@immutablue/variant';
import { explainChange, mentions } from './later-step';

it.each([
  ['rm /etc/a', true],
  ['sed -i s/x/y/ "/etc/a"', true],
  ['echo x >/etc/a # more', true],
  ['# rm /etc/a', false],
  ['rm /etc/a.conf', false],
  ['rm -r /etc/a/b', false],
  ['rm /usr/etc/a', false],
  ['rm /etc', false],
])('%j changes /etc/a: %s', (line, expected) => {
  expect(mentions(line, '/etc/a')).toBe(expected);
});

describe('explainChange', () => {
  const location = { file: '/w/packages/teal/packages.yaml', line: 3, column: 9 };
  const removal: Step = {
    kind: 'remove-paths',
    absent: 'note',
    paths: [{ value: '/etc/a.d', variant: 'teal' as VariantName, location }],
  };

  it('takes a path that is listed as removed on purpose', async () => {
    expect(await explainChange('/etc/a.d', [removal], '/w')).toEqual({
      explanation: 'file_rm at packages/teal/packages.yaml:3:9 removed it',
    });
  });

  it('does not excuse what goes with a directory', async () => {
    expect(await explainChange('/etc/a.d/x', [removal], '/w')).toEqual({
      hint: 'file_rm at packages/teal/packages.yaml:3:9 removes all of /etc/a.d: list the path itself, too, if it is to go',
    });
  });
});
