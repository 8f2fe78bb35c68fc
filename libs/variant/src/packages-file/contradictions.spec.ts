import { buildOptions } from '../testing/names';
import { definitionOf, target } from '../testing/definition';
import { render } from '../testing/render';
import { resolveFiles } from './resolve-files';

const sha256 = '0a'.repeat(32);

/** What is said of files with these texts, of base and then of cyan. */
function errorsOf(...texts: readonly string[]): string {
  const files = texts.map((text, index) => definitionOf(text, ['base', 'cyan'][index]));
  return render(resolveFiles(files, target).diagnostics);
}

const messagesOf = (...texts: readonly string[]) =>
  errorsOf(...texts)
    .split('\n')
    .filter((line) => line.startsWith('error'));

describe('what the lists of a build say of one thing', () => {
  it('names both places of a unit that is enabled and masked', () => {
    const text = `immutablue:
  services_mask_sys:
    44: [sshd.service]
  services_enable_sys_gui:
    all:
      - cockpit.socket
      - sshd.service
`;
    expect(errorsOf(text)).toMatchInlineSnapshot(`
     "error[packages/contradiction]: the system unit \`sshd.service\` is enabled and masked
       --> packages/base/packages.yaml:3:10
       |
     3 |     44: [sshd.service]
       |          ^^^^^^^^^^^^
       | it is enabled at packages/base/packages.yaml:7:9
       hint: keep one of the two, or have them count for different builds: \`services_mask_sys_<option>\`"
    `);
  });

  it('names both places of a package that is installed and removed', () => {
    const text = 'immutablue:\n  rpm_x86_64:\n    all: [tmux]\n  rpm_rm:\n    all:\n      - htop\n      - tmux\n';
    expect(errorsOf(text)).toMatchInlineSnapshot(`
     "error[packages/contradiction]: \`tmux\` is installed and removed by the same file
       --> packages/base/packages.yaml:7:9
       |
     7 |       - tmux
       |         ^^^^
       | it is installed at packages/base/packages.yaml:3:11
       hint: keep one of the two, or have them count for different builds: \`rpm_rm_<option>\`"
    `);
  });

  it('names both places of a repository that has two addresses', () => {
    const base = "immutablue:\n  repo_urls:\n    all:\n      - {name: a.repo, url: 'https://x/a'}\n";
    const cyan = 'immutablue:\n  repo_urls_cyan:\n    44:\n      - name: a.repo\n        url: https://x/b\n';
    expect(errorsOf(base, cyan)).toMatchInlineSnapshot(`
     "error[packages/contradiction]: two repositories are named \`a.repo\` and have different addresses
       --> packages/cyan/packages.yaml:4:9
       |
     4 |       - name: a.repo
       |         ^^^^^^^^^^^^
       | the other is at packages/base/packages.yaml:4:9
       hint: keep one of them, or give one another \`name:\`"
    `);
  });

  it.each([
    ['enabled and disabled', 'services_enable_sys: {all: [a.service]}, services_disable_sys: {all: [a.service]}'],
    ['enabled and masked', 'services_enable_user: {all: [a.service]}, services_mask_user_gui: {44: [a.service]}'],
    ['masked and unmasked', 'services_unmask_sys: {all: [a.service]}, services_mask_sys: {all: [a.service]}'],
  ])('finds a unit that is %s, also where a variant is applied', (what, lists) => {
    const split = lists.indexOf('}, ') + 1;
    const found = [expect.stringMatching(`error\\[packages/contradiction\\]: .*\`a.service\` is ${what}`)];
    expect(messagesOf(`immutablue: {${lists}}`)).toEqual(found);
    expect(messagesOf(`immutablue: {${lists.slice(0, split)}}`, `immutablue: {${lists.slice(split + 2)}}`)).toEqual(
      found,
    );
  });

  it.each([
    ['RPM', 'rpm: {all: [a]}, rpm_rm: {all: [a]}'],
    ['RPM by release and architecture', 'rpm_gui_x86_64: {44: [a]}, rpm_rm_cyan: {all_x86_64: [a]}'],
    ['Flatpak', 'flatpaks: {all: [org.x.A]}, flatpaks_rm: {all: [org.x.A]}'],
    ['Flatpak runtime', 'flatpaks_runtime: {all: [org.x.A]}, flatpaks_rm: {all: [org.x.A]}'],
    ['Homebrew formula', 'brew: {install: {all: [a]}, uninstall_cyan: {all: [a]}}'],
  ])('finds what one file installs and removes: %s', (_, lists) => {
    expect(messagesOf(`immutablue: {${lists}}`)).toHaveLength(1);
  });

  it.each([
    ['repository', "repo_urls: {all: [{name: a.repo, url: 'https://x/1'}, {name: a.repo, url: 'https://x/2'}]}"],
    ['Flatpak remote', "flatpak_repos: {44: [{name: a, url: 'https://x/1'}], all: [{name: a, url: 'https://x/2'}]}"],
    ['download', `downloads: {all: [${download('a', '/a', '1')}, ${download('a', '/a', '2')}]}`],
    ['place of a download', `downloads: {all: [${download('a', '/a', '1')}, ${download('b', '/a', '1')}]}`],
    ['container', 'distrobox: {all: [{name: a, image: x}], 44: [{name: a, image: y}]}'],
  ])('finds one name for two things: %s', (_, lists) => {
    expect(messagesOf(`immutablue: {${lists}}`)).toHaveLength(1);
  });

  it.each([
    ['scopes apart', 'services_enable_sys: {all: [a.service]}, services_mask_user: {all: [a.service]}'],
    [
      'a unit that is disabled and masked',
      'services_disable_sys: {all: [a.socket]}, services_mask_sys: {all: [a.socket]}',
    ],
    [
      'a unit that is unmasked and enabled',
      'services_unmask_sys: {all: [a.timer]}, services_enable_sys: {all: [a.timer]}',
    ],
    ['other releases', 'rpm: {43: [a]}, rpm_rm: {44: [a]}'],
    ['other architectures', 'rpm_aarch64: {all: [a]}, rpm_rm_x86_64: {all: [a]}'],
    ['other options', 'services_enable_sys_gui: {all: [a.path]}, services_disable_sys_nucleus: {all: [a.path]}'],
    [
      'one value twice',
      "rpm: {all: [a], 44: [a]}, repo_urls: {all: [{name: a.repo, url: 'https://x/1'}, {url: 'https://x/1', name: a.repo}]}",
    ],
    [
      'an address for each release',
      "repo_urls: {43: [{name: a.repo, url: 'https://x/1'}], 44: [{name: a.repo, url: 'https://x/2'}]}",
    ],
  ])('accepts %s', (_, lists) => {
    expect(errorsOf(`immutablue: {${lists}}`)).toBe('');
  });

  it('accepts that a variant removes what another one installs, and joins the lists', () => {
    const files = [
      definitionOf('immutablue: {rpm: {all: [tmux]}}'),
      definitionOf('immutablue: {rpm_rm: {all: [tmux]}}', 'cyan'),
    ];
    const { value, diagnostics } = resolveFiles(files, target);
    expect(diagnostics).toEqual([]);
    expect(value?.rpm.map((entry) => entry.value)).toEqual(['tmux']);
    expect(value?.rpmRemove.map((entry) => [entry.value, entry.variant])).toEqual([['tmux', 'cyan']]);
  });

  it('looks at each build by itself', () => {
    const files = [definitionOf('immutablue: {rpm_gui: {all: [a]}, rpm_rm_nucleus: {all: [a]}}')];
    expect(resolveFiles(files, { ...target, options: buildOptions('gui') }).diagnostics).toEqual([]);
    expect(resolveFiles(files, { ...target, options: buildOptions('gui', 'nucleus') }).diagnostics).toHaveLength(1);
  });
});

function download(name: string, path: string, url: string): string {
  return `{name: ${name}, url: 'https://x/${url}', sha256: ${sha256}, path: /usr/bin${path}}`;
}
