import { parseChallenges } from './challenge';

/** The challenges as `scheme name=value`. */
function shown(header: string): string[] {
  return parseChallenges(header).map(({ scheme, parameters }) =>
    [scheme, ...[...parameters].map(([name, value]) => `${name}=${value}`)].join(' '),
  );
}

it.each([
  ['Basic realm="Registry Realm"', ['basic realm=Registry Realm']],
  [
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
    ['bearer realm=https://auth.example/token service=registry.example scope=repository:a/b:pull,push'],
  ],
  [
    'Bearer realm="a, Basic realm=b", error = insufficient_scope',
    ['bearer realm=a, Basic realm=b error=insufficient_scope'],
  ],
  ['BASIC realm="a \\"b\\"", Bearer realm="c"', ['basic realm=a "b"', 'bearer realm=c']],
  ['Negotiate, Basic realm=a', ['negotiate', 'basic realm=a']],
  ['Bearer realm="first",realm="second"', ['bearer realm=first']],
  ['Bearer realm="no end', ['bearer', 'end']],
  ['Bearer realm=', ['bearer']],
  ['="a", ,, Basic', ['basic']],
  ['', []],
])('reads %p', (header, expected) => {
  expect(shown(header)).toEqual(expected);
});

it('reads a long header that is none in a moment', () => {
  const started = performance.now();
  for (const piece of ['"\\', 'a=', ', ', 'a="', 'a ']) parseChallenges(piece.repeat(16_384));
  expect(performance.now() - started).toBeLessThan(1000);
});
