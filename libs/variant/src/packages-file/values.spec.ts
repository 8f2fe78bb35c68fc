import { type Diagnostic } from '@immutablue/diagnostics';
import { CLEAR_DIAGNOSTIC, UNSAFE } from '@immutablue/diagnostics/testing';
import { REFUSED_VALUES, TOO_LONG_VALUES } from '../testing/hostile';
import { buildOptions, releases, variantName } from '../testing/names';
import { render } from '../testing/render';
import { parsePackages } from './parse';

/** What the check of one value in the list `key` finds; the value is written as JSON, which is YAML. */
function codesOf(key: string, value: unknown): readonly string[] {
  return diagnosticsOf(`immutablue: {${key}: {all: [${JSON.stringify(value)}]}}`).map(({ code }) => code);
}

const errorsOf = (text: string) => render(diagnosticsOf(text));

function diagnosticsOf(text: string): readonly Diagnostic[] {
  return parsePackages({
    file: 'packages.yaml',
    text,
    variant: variantName('base'),
    options: buildOptions('gui'),
    releases: releases('44'),
  }).diagnostics;
}

const https = 'https://example.org';
const download = { name: 'x', url: `${https}/x`, sha256: '0a'.repeat(32), path: '/usr/bin/x' };

describe('values of packages.yaml', () => {
  it.each([
    ['rpm', 'gcc-c++'],
    ['rpm', 'kubernetes1.36-client'],
    ['rpm', '7zip'],
    ['rpm', 'NetworkManager-tui'],
    ['rpm', 'glibc.i686'],
    ['rpm', 'tmux-0:3.5~rc1^2-1.fc44'],
    ['rpm_url', `${https}/a-1.noarch.rpm`],
    ['rpm_url', 'file:///srv/a.rpm'],
    ['rpm_url', 'http://127.0.0.1:8080/x/a.rpm'],
    ['repo_urls', { name: 'tailscale.repo', url: `${https}/stable/tailscale.repo?a=b&c=d` }],
    ['pip_packages', 'pulsemixer==1.5.1'],
    ['pip_packages', 'requests[socks]>=2'],
    ['file_rm', '/etc/resolv.conf'],
    ['services_enable_sys', 'getty@tty1.service'],
    ['services_enable_sys', 'dev-disk-by\\x2dlabel.swap'],
    ['services_mask_user', 'a.timer'],
    ['downloads', { ...download, mode: '0644', member: 'sops-1/sops' }],
    ['quadlets_enable_sys', 'web@1.container'],
    ['quadlets_enable_sys', 'a.pod'],
    ['flatpaks', 'org.gnome.Calculator'],
    ['flatpaks_runtime', 'org.gnome.Platform/x86_64/49'],
    ['flatpak_repos', { name: 'flathub', url: `${https}/flathub.flatpakrepo` }],
    ['distrobox', { name: 'dev', packages_aarch64: ['@development-tools'], root: false, extra_commands: 'a\nb' }],
  ])('%s: %j is accepted', (key, value) => {
    expect(codesOf(key, value)).toEqual([]);
  });

  it.each(REFUSED_VALUES)('%s: %j is refused', (key, value) => {
    const error = errorsOf(`immutablue: {${key}: {all: [${JSON.stringify(value)}]}}`);
    expect(error).toMatch(CLEAR_DIAGNOSTIC);
    expect(error.match(/^error/gm)).toHaveLength(1);
    expect(error).not.toMatch(UNSAFE);
  });

  it.each(TOO_LONG_VALUES)('%s: a name that is too long is refused, and not repeated', (key, value) => {
    const text = `immutablue: {${key}: {all: [${JSON.stringify(value)}]}}${key.includes('{') ? '}' : ''}`;
    const error = errorsOf(text);
    expect(error).toMatch(/^error\[yaml\/wrong-value\]: .* has at most \d+$/m);
    expect(error.match(/error\[/g)).toHaveLength(1);
    expect(error.length).toBeLessThan(700);
  });

  it('refuses a name of 10 MB, and does not repeat it', () => {
    expect(errorsOf(`immutablue: {rpm: {all: [git, ${'a'.repeat(10_000_000)}]}}`)).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: a value of more than 65536 characters: none of these files has a use for one
       --> packages.yaml:1:31
       |
     1 | immutablue: {rpm: {all: [git, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
       |                               ^"
    `);
  });

  it.each([
    ['a key', `immutablue: {${'a'.repeat(10_000_000)}: {all: [a]}}`],
    ['a quoted value', `immutablue: {rpm: {all: ['${'a'.repeat(10_000_000)}']}}`],
    ['a block', `immutablue:\n  rpm:\n    all:\n      - |\n        ${'a'.repeat(10_000_000)}\n`],
    ['an alias', `immutablue: {rpm: {all: [*${'a'.repeat(10_000_000)}]}}`],
    ['a tag', `immutablue: {rpm: {all: [!${'a'.repeat(10_000_000)} a]}}`],
    ['a line', `immutablue: {rmp: {all: [a]}} # ${'a'.repeat(10_000_000)}`],
  ])('does not repeat 10 MB of %s', (_, text) => {
    const error = errorsOf(text);
    expect(error).toContain('error[yaml/');
    expect(error.length).toBeLessThan(600);
  });

  it('asks for an instance of a template that is to be enabled', () => {
    expect(errorsOf('immutablue: {services_enable_sys: {all: [getty@.service]}}')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: \`getty@.service\` is a template, of which an instance can be enabled
       --> packages.yaml:1:42
       |
     1 | immutablue: {services_enable_sys: {all: [getty@.service]}}
       |                                          ^^^^^^^^^^^^^^
       hint: name the instance: \`getty@<instance>.service\`"
    `);
    expect(codesOf('services_enable_user', 'a@.timer')).toEqual(['yaml/wrong-value']);
    expect(errorsOf('immutablue: {quadlets_enable_sys: {all: [web@.container]}}')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: \`web@.container\` is a template, of which an instance can be enabled
       --> packages.yaml:1:42
       |
     1 | immutablue: {quadlets_enable_sys: {all: [web@.container]}}
       |                                          ^^^^^^^^^^^^^^
       hint: name the instance: \`web@<instance>.container\`"
    `);
    for (const action of ['disable', 'mask', 'unmask']) {
      expect(codesOf(`services_${action}_sys`, 'getty@.service')).toEqual([]);
    }
  });

  it('refuses an unknown key of a container', () => {
    expect(codesOf('distrobox', { name: 'dev', package: ['x'] })).toEqual(['yaml/unknown-key']);
  });
});
