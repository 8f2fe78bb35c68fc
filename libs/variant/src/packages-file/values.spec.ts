import { buildOptions, releases, variantName } from '../testing/names';
import { parsePackages } from './parse';

/** What the check of one value in the list `key` finds; the value is written as JSON, which is YAML. */
function codesOf(key: string, value: unknown): readonly string[] {
  const { diagnostics } = parsePackages({
    file: 'packages.yaml',
    text: `immutablue: {${key}: {all: [${JSON.stringify(value)}]}}`,
    variant: variantName('base'),
    options: buildOptions('gui'),
    releases: releases('44'),
  });
  return diagnostics.map(({ code }) => code);
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
    ['quadlets_enable_sys', 'web@.container'],
    ['quadlets_enable_sys', 'a.pod'],
    ['flatpaks', 'org.gnome.Calculator'],
    ['flatpaks_runtime', 'org.gnome.Platform/x86_64/49'],
    ['flatpak_repos', { name: 'flathub', url: `${https}/flathub.flatpakrepo` }],
    ['distrobox', { name: 'dev', packages_aarch64: ['@development-tools'], root: false, extra_commands: 'a\nb' }],
  ])('%s: %j is accepted', (key, value) => {
    expect(codesOf(key, value)).toEqual([]);
  });

  it.each([
    ['rpm', '--nogpgcheck'],
    ['rpm', '-y'],
    ['rpm', ''],
    ['rpm', 'a b'],
    ['rpm', 'a\nb'],
    ['rpm', 'a\n'],
    ['rpm', 'a;reboot'],
    ['rpm', '$(id)'],
    ['rpm', '`id`'],
    ['rpm', 'a|b'],
    ['rpm', 'kernel*'],
    ['rpm', '../a.rpm'],
    ['rpm', '/tmp/a.rpm'],
    ['rpm', `${https}/a.rpm`],
    ['rpm', '@development-tools'],
    ['rpm', '\u001b[31mred'],
    ['rpm_rm', '--all'],
    ['rpm_url', 'ftp://example.org/a.rpm'],
    ['rpm_url', '/srv/a.rpm'],
    ['rpm_url', `${https}/a.rpm --nogpgcheck`],
    ['rpm_url', `${https}/$releasever/a.rpm`],
    ['rpm_url', `${https}/a.deb`],
    ['rpm_url', `${https}/.rpm`],
    ['rpm_url', `${https}/-a.rpm`],
    ['rpm_post_url', 'https://user:secret@example.org/a.rpm'],
    ['repo_urls', { name: '../x.repo', url: https }],
    ['repo_urls', { name: '/etc/passwd', url: https }],
    ['repo_urls', { name: '.repo', url: https }],
    ['repo_urls', { name: 'x.conf', url: https }],
    ['repo_urls', { name: '-x.repo', url: https }],
    ['repo_urls', { name: 'x.repo', url: 'javascript:1' }],
    ['pip_packages', '--index-url'],
    ['pip_packages', '-r'],
    ['pip_packages', 'a; python_version'],
    ['file_rm', 'etc/motd'],
    ['file_rm', '/etc/../usr'],
    ['file_rm', '/'],
    ['file_rm', '/etc/*'],
    ['services_enable_sys', 'sshd'],
    ['services_enable_sys', '--now'],
    ['services_enable_sys', '../a.service'],
    ['services_enable_sys', '-a.service'],
    ['services_enable_sys', 'a.socket;id'],
    ['services_enable_sys', 'a.container'],
    ['downloads', { ...download, sha256: '0A'.repeat(32) }],
    ['downloads', { ...download, sha256: '0a' }],
    ['downloads', { ...download, path: 'usr/bin/x' }],
    ['downloads', { ...download, path: '/usr/../x' }],
    ['downloads', { ...download, url: '/srv/x' }],
    ['downloads', { ...download, mode: '0999' }],
    ['downloads', { ...download, member: '../x' }],
    ['downloads', { ...download, member: '--to-command=x' }],
    ['downloads', { ...download, name: 'a b' }],
    ['quadlets_enable_sys', 'web.service'],
    ['quadlets_enable_sys', 'data.volume'],
    ['quadlets_enable_sys', '../web.container'],
    ['flatpaks', 'firefox'],
    ['flatpak_repos', { name: '--system', url: https }],
    ['distrobox', { name: '', image: 'x' }],
  ])('%s: %j is refused', (key, value) => {
    expect(codesOf(key, value)).toEqual(['yaml/wrong-value']);
  });

  it('refuses an unknown key of a container', () => {
    expect(codesOf('distrobox', { name: 'dev', package: ['x'] })).toEqual(['yaml/unknown-key']);
  });
});
