import { renderDiagnostic } from '@immutablue/diagnostics';
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

const download = (url: string) => `{name: x, url: ${url}, sha256: '${'0a'.repeat(32)}', path: /usr/bin/x}`;
const PLACES: readonly (readonly [string, (url: string) => string])[] = [
  ['repo_urls', (url) => `immutablue: {repo_urls: {all: [{name: a.repo, url: ${url}}]}}`],
  ['rpm_url', (url) => `immutablue: {rpm_url: {all: [${url}]}}`],
  ['rpm_post_url', (url) => `immutablue: {rpm_post_url: {all: [${url}]}}`],
  ['downloads', (url) => `immutablue: {downloads: {all: [${download(url)}]}}`],
  ['flatpak_repos', (url) => `immutablue: {flatpak_repos: {all: [{name: a, url: ${url}}]}}`],
  ['zfs_rpm_url', (url) => `immutablue: {zfs_rpm_url: {44: ${url}}}`],
];

/** Each as YAML, with the word that must not be shown again. */
const SECRETS = [
  '"https://me:hunter2@example.org/a.rpm"',
  '"https://hunter2@example.org/a.rpm"',
  '"https://me:hunter2 and more@example.org/a.rpm"',
  '"https://me:hunter2/x@example.org/a.rpm"',
  '"https:\\/\\/me:hunter2@example.org/a.rpm"',
  '"https://me:hunter\\x32@example.org/a.rpm"',
  "'https//me:hunter2@example.org/a.rpm'",
  "'me:hunter2@example.org/a.rpm'",
  '"https://example.org/?token=hunter2/a.rpm"',
  '"https://example.org/?a=b&X-Amz-Signature=hunter2/a.rpm"',
  '"https://example.org/?api_key=hunter2&/a.rpm"',
  '"https://example.org/?x=hunter2hunter2hunter2hunter2/a.rpm"',
  '"https://example.org/#access_token=hunter2/a.rpm"',
] as const;

const CASES = PLACES.flatMap(([key, write]) => SECRETS.map((secret) => [key, secret, write] as const));

it.each(CASES)('%s: %s is refused and not shown', (_, secret, write) => {
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
  expect(PLACES.flatMap(([, write]) => renderedFor(write(`'${url}'`)))).toEqual([]);
});
