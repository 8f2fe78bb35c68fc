import { mergePackages } from '../packages-file/merge';
import { resolvePackages } from '../packages-file/resolve';
import { definitionOf, target } from '../testing/definition';
import { variantName } from '../testing/names';
import { render } from '../testing/render';
import { comparePackages, renderChanges, type ComparedPackage } from './changes';
import { checkFit } from './fit';
import { packagesOf } from './lock';
import { parseLock } from './parse';
import { renderLock } from './render';

const FILE = '/packages/cyan/packages.lock.yaml';
const SUM = `sha256:${'a'.repeat(64)}`;
const rpm = (name: string, more = 'repository: fedora') =>
  `          - { name: ${name}, epoch: 0, version: '1.0', release: 1.fc44, arch: noarch, ${more}, checksum: ${SUM} }\n`;
const lockOf = (packages: string, requested = '[tmux, htop]') =>
  `fedora:\n  '44':\n    x86_64:\n      rpm:\n        requested: ${requested}\n        packages:\n${packages}`;
const faults = (text: string) => render(parseLock(FILE, text).diagnostics);

function sectionOf(text: string) {
  const section = parseLock(FILE, text).value?.sections[0];
  if (section === undefined) throw new Error(faults(text));
  return section;
}

describe('parseLock and renderLock', () => {
  it('give the same text again, with a package a line', () => {
    const { value } = parseLock(FILE, lockOf(rpm('tmux') + rpm('htop')));
    const text = renderLock(value ?? { file: FILE, sections: [] });
    expect(text).toContain(`  - { name: htop, epoch: 0, version: '1.0', release: 1.fc44, arch: noarch,`);
    expect(text.indexOf('name: htop')).toBeLessThan(text.indexOf('name: tmux'));
    const again = parseLock(FILE, text).value;
    expect(renderLock(again ?? { file: FILE, sections: [] })).toBe(text);
  });

  it('take no notice of comments and order', () => {
    const names = (text: string) => packagesOf(sectionOf(text)).map(({ name }) => name);
    expect(names(`# why\n${lockOf(rpm('tmux') + rpm('htop'))}`)).toEqual(names(lockOf(rpm('htop') + rpm('tmux'))));
  });

  it('take a file without a section for no lock', () => {
    expect(parseLock(FILE, '# nothing\n')).toEqual({ value: { file: FILE, sections: [] }, diagnostics: [] });
  });

  it.each([
    ['a package twice', lockOf(rpm('tmux') + rpm('tmux')), 'is there twice', ':8:13'],
    ['no source', lockOf(rpm('tmux', 'name2: x')), 'did you mean `name`?', ':7:84'],
    ['both sources', lockOf(rpm('tmux', 'repository: a, url: b')), 'and not both', ':7:13'],
    ['an option as a name', lockOf(rpm("'--x'")), 'is not the name of an RPM', ':7:21'],
    ['another upstream', 'centos: {}\n', 'unknown key `centos`', ':1:1'],
    ['a bad checksum', lockOf(rpm('tmux')).replace(SUM, 'sha256:1'), 'is not a checksum', ':7:114'],
  ])('tell where there is %s', (_, text, message, place) => {
    expect(faults(text)).toContain(message);
    expect(faults(text)).toContain(`${FILE.slice(1)}${place}`);
  });
});

describe('checkFit', () => {
  const resolved = (list: string) =>
    mergePackages([resolvePackages(definitionOf(`immutablue:\n  rpm:\n    all: ${list}\n`, 'cyan'), target)]);
  const fit = (list: string) => render(checkFit(sectionOf(lockOf(rpm('tmux'))), resolved(list), variantName('cyan')));

  it('has nothing to say when both name the same, in whatever order', () => {
    expect(fit('[htop, tmux]')).toBe('');
  });

  it('names what was added with its place in packages.yaml, and what was removed with its place in the lock', () => {
    const text = fit('[tmux, fzf]');
    expect(text).toContain('`fzf` is not in the lock for 44, x86_64, fedora');
    expect(text).toContain('packages/cyan/packages.yaml:3:17');
    expect(text).toContain('`htop` is in the lock for 44, x86_64, fedora, and `rpm` of packages.yaml does not have it');
    expect(text).toContain('packages.lock.yaml:5:27');
    expect(text).toContain('npx nx run cyan:lock -c f44');
  });
});

describe('comparePackages', () => {
  const version = (name: string, evr: string, more: Partial<ComparedPackage> = {}): ComparedPackage => {
    const [, epoch = '0', number = '', release = ''] = /^(?:(\d+):)?([^-]+)-(.+)$/.exec(evr) ?? [];
    return { name, epoch: Number(epoch), version: number, release, arch: 'x86_64', ...more };
  };

  it.each<[string, ComparedPackage[], ComparedPackage[], string[]]>([
    ['nothing', [version('a', '1-1')], [version('a', '1-1')], []],
    ['a version', [version('kernel', '6.18.1-1')], [version('kernel', '6.18.4-1')], ['kernel 6.18.1 → 6.18.4']],
    ['a release', [version('a', '1-1')], [version('a', '1-2')], ['a 1-1 → 1-2']],
    ['an epoch', [version('a', '1-1')], [version('a', '1:1-1')], ['a 0:1-1 → 1:1-1']],
    [
      'an architecture',
      [version('a', '1-1')],
      [version('a', '1-1', { arch: 'noarch' })],
      ['a 0:1-1.x86_64 → 0:1-1.noarch'],
    ],
    ['what came', [], [version('a', '2:1-1')], ['added a 2:1-1']],
    ['what went', [version('a', '1-1')], [], ['removed a 1-1']],
    [
      'one of two kernels',
      [version('k', '1-1'), version('k', '2-1')],
      [version('k', '2-1'), version('k', '3-1')],
      ['k 1 → 3'],
    ],
    [
      'content',
      [version('a', '1-1', { checksum: 'x' })],
      [version('a', '1-1', { checksum: 'y' })],
      ['rebuilt a 1-1: the same version with other content'],
    ],
  ])('shows %s', (_, before, after, expected) => {
    expect(renderChanges(comparePackages(before, after))).toEqual(expected);
  });
});
