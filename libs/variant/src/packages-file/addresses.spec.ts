import { renderDiagnostic } from '@immutablue/diagnostics';
import { ADDRESS_PLACES, ADDRESSES_WITH_SECRETS } from '../testing/hostile';
import { buildOptions, releases, variantName } from '../testing/names';
import { parsePackages } from './parse';

/** Addresses with a secret are refused: packages.yaml is in the image, and so are repository definitions. */
function renderedFor(text: string): readonly string[] {
  const { diagnostics } = parsePackages({
    file: '/workspace/packages.yaml',
    text,
    variant: variantName('base'),
    options: buildOptions('gui'),
    releases: releases('44'),
  });
  return diagnostics.map((fault) => renderDiagnostic(fault, { root: '/workspace', colors: 'never' }));
}

it.each(ADDRESSES_WITH_SECRETS)('%s: %s is refused and not shown', (_, secret, write) => {
  const rendered = renderedFor(write(secret));
  expect(rendered).toHaveLength(1);
  expect(rendered.join('\n')).not.toContain('hunter');
  expect(rendered.join('\n')).toContain('hint: ');
});

it('is not shown either where no address belongs', () => {
  for (const text of [
    "rpm: {all: ['https://me:hunter2@h/a.rpm']}",
    "rpm: 'https://me:hunter2@h/'",
    "'https://me:hunter2@h/': 1",
  ]) {
    const rendered = renderedFor(`immutablue: {${text}}`).join('\n');
    expect(rendered).toContain('https://***@h/');
    expect(rendered).not.toContain('hunter2');
  }
});

it('says where it is, what it is and what to do', () => {
  expect(
    renderedFor(`immutablue:
  repo_urls:
    all:
      - {name: a.repo, url: 'https://me:hunter2@example.org/a.repo'}
      - {name: b.repo, url: 'https://example.org/b.repo?token=hunter2'}
`).join('\n\n'),
  ).toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: the address has a user name or a password in it
     --> packages.yaml:4:29
     hint: take it out: packages.yaml can be read in git and in every image that is made of it

   error[yaml/wrong-value]: the address has what looks like a token in it
     --> packages.yaml:5:29
     hint: take it out: packages.yaml can be read in git and in every image that is made of it"
  `);
});

it.each([
  'https://example.org/stable/tailscale.repo?a=b&c=d/a.rpm',
  'https://example.org/a/repo?h=0123456789abcdef0123456789abcdef01234567&/a.rpm',
  'https://download.example.org/%40scope/tool-1.2.3-4.fc44.x86_64.rpm',
])('%s is accepted', (url) => {
  expect(ADDRESS_PLACES.flatMap(([, write]) => renderedFor(write(`'${url}'`)))).toEqual([]);
});
