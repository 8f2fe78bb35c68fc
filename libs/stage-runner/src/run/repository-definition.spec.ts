import type { LockSelection } from '@immutablue/variant';
import { parseDefinition } from './repository-definition';

const SELECTION = { release: '44', architecture: 'x86_64' } as Pick<LockSelection, 'release' | 'architecture'>;

it('reads the words of each setting, with their places and the variables replaced', () => {
  const text = [
    '# baseurl=https://no.example',
    '[one]',
    'name=One',
    'gpgkey=file:///etc/KEY-$releasever-$basearch',
    '  https://keys.example/two',
    '',
    '[two]',
    'BaseURL = https://a/${arch}, https://b/$mine',
    '; metalink=x',
    '[three]',
  ].join('\n');
  const [one, two, three] = parseDefinition(text, SELECTION);
  expect(one?.settings.get('gpgkey')).toEqual([
    expect.objectContaining({ text: 'file:///etc/KEY-44-x86_64', line: 4, column: 8 }),
    expect.objectContaining({ text: 'https://keys.example/two', line: 5, column: 3 }),
  ]);
  expect([...(two?.settings ?? [])].map(([key, words]) => [key, words.map((word) => word.text)])).toEqual([
    ['baseurl', ['https://a/x86_64', 'https://b/$mine']],
  ]);
  expect(two?.settings.get('baseurl')?.[1]).toMatchObject({ line: 8, column: 30 });
  expect(three).toEqual({ id: 'three', settings: new Map() });
});
