import { requireSignatures } from './require-signatures';

describe('requireSignatures', () => {
  it('leaves a definition that checks signatures as it is', () => {
    const text = '[a]\nname=a\ngpgcheck=1\n\n[b]\ngpgcheck = yes\n';
    expect(requireSignatures(text)).toEqual({ text, changed: [], sections: ['a', 'b'] });
  });

  it.each([
    ['says no', '[a]\nname=a\ngpgcheck=0\n', '[a]\ngpgcheck=1\nname=a\n'],
    ['says nothing', '[a]\nname=a\n', '[a]\ngpgcheck=1\nname=a\n'],
    ['is all there is', '[a]', '[a]\ngpgcheck=1\n'],
    ['has a comment before it', '# mine\n[a]\nx=1\n', '# mine\n[a]\ngpgcheck=1\nx=1\n'],
    ['checks the metadata only', '[a]\nrepo_gpgcheck=1\n', '[a]\ngpgcheck=1\nrepo_gpgcheck=1\n'],
  ])('turns them on where a section %s', (_, text, expected) => {
    expect(requireSignatures(text)).toEqual({ text: expected, changed: ['a'], sections: ['a'] });
  });

  it('changes only the sections that need it', () => {
    const { changed, sections } = requireSignatures('[a]\ngpgcheck=1\n[b]\ngpgcheck=0\n[c]\n');
    expect([changed, sections]).toEqual([
      ['b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  it.each(['', '<html>404</html>'])('finds no section in %j', (text) => {
    expect(requireSignatures(text).sections).toEqual([]);
  });
});
