import type { Diagnostic } from '../diagnostic';
import { annotationOf } from './annotation';

it.each<[string, Diagnostic, string]>([
  [
    'names the place and what to do',
    {
      code: 'yaml/unknown-key',
      message: 'unknown key `rmp`',
      location: { file: '/w/packages/cyan/packages.yaml', line: 3, column: 5 },
      hint: 'did you mean `rpm`?',
    },
    '::error file=packages/cyan/packages.yaml,line=3,col=5,title=yaml/unknown-key::unknown key `rmp`%0Ahint: did you mean `rpm`?',
  ],
  [
    'has no place when there is none',
    { code: 'host/missing-tool', message: 'no buildah' },
    '::error title=host/missing-tool::no buildah',
  ],
  [
    'stays one command, whatever is named in it',
    {
      code: 'yaml/wrong-value',
      message: '100%\n::error::forged\r\u001b[2J',
      location: { file: '/w/a,line=7::b', line: 1, column: 1 },
    },
    '::error file=a%2Cline=7%3A%3Ab,line=1,col=1,title=yaml/wrong-value::100%25%0A::error::forged\\x0d\\x1b[2J',
  ],
])('%s', (_, diagnostic, expected) => {
  expect(annotationOf(diagnostic, '/w')).toBe(expected);
});
