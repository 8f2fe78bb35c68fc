import type { Access } from './accesses';
import { undeclaredReads, type PathState, type RootView } from './undeclared';

const directory = (state = 'd'): PathState => ({ type: 'directory', state });
const file = (state = 'f'): PathState => ({ type: 'other', state });

const BELOW: Readonly<Record<string, PathState>> = {
  '/': directory(),
  '/bin': file('link'),
  '/etc': directory(),
  '/etc/declared': directory(),
  '/etc/declared/file': file(),
  '/etc/motd': file(),
  '/etc/link': file('link'),
  '/etc/conf.d': directory(),
  '/usr': directory(),
  '/usr/bin': directory(),
  '/usr/bin/cat': file(),
  '/usr/lib': directory(),
  '/usr/lib/libz.so.1': file(),
};
const LINKS: Readonly<Record<string, string>> = { '/bin': '/usr/bin', '/etc/link': '/etc/declared' };

/** A root file system with links, and what a build has made of it. */
function rootWith(own: Readonly<Record<string, PathState | undefined>>): RootView {
  const resolve = (path: string): { path: string; links: readonly string[] } => {
    const link = Object.keys(LINKS).find((one) => path === one || path.startsWith(`${one}/`));
    if (link === undefined) return { path, links: [] };
    return { path: `${LINKS[link] ?? ''}${path.slice(link.length)}`, links: [link] };
  };
  return {
    resolve: (path, lastPart) => (lastPart === 'keep' && path in LINKS ? { path, links: [] } : resolve(path)),
    now: (path) => (path in own ? own[path] : BELOW[path]),
    below: (path) => BELOW[path],
  };
}

function access(text: string): Access {
  const [kind, path, ...rest] = text.split(' ');
  return {
    kind: kind as Access['kind'],
    path: path ?? '',
    outcome: rest.includes('absent') ? 'absent' : 'found',
    lastPart: rest.includes('itself') ? 'keep' : 'follow',
    program: rest.find((word) => word.startsWith('by:'))?.slice(3) ?? '/usr/bin/bash',
  };
}

function undeclared(texts: readonly string[], own = {}, workingDirectories: readonly string[] = []): readonly string[] {
  const trace = { accesses: texts.map(access), workingDirectories: new Set(workingDirectories) };
  const reads = undeclaredReads(trace, { trees: ['/etc/declared'], paths: [] }, ['/proc', '/run'], rootWith(own));
  return reads.map(({ access: kind, path, outcome }) => `${kind} ${path}${outcome === 'absent' ? ' absent' : ''}`);
}

it.each<[string, readonly string[], readonly string[]]>([
  ['what is declared', ['open /etc/declared/file', 'list /etc/declared', 'look /etc/declared/none absent'], []],
  ['a file', ['open /etc/motd'], ['open /etc/motd']],
  ['a file in two ways', ['look /etc/motd', 'open /etc/motd'], ['open /etc/motd']],
  ['what is not there', ['look /etc/none absent'], ['look /etc/none absent']],
  ['the names of a directory', ['look /etc/conf.d', 'list /etc/conf.d'], ['list /etc/conf.d']],
  ['whether a directory is there', ['look /etc/conf.d'], ['look /etc/conf.d']],
  ['directories on the way', ['look /', 'look /etc', 'look /usr', 'open /usr/lib/x'], ['open /usr/lib/x']],
  ['the layout of the root directory', ['list /', 'look /none absent', 'look /bin itself'], []],
  ['a file in the root directory', ['open /file'], ['open /file']],
  ['a pattern that nothing matches', ['look /etc/*.conf absent'], []],
  ['a link into what is declared', ['open /etc/link/file'], ['look /etc/link']],
  ['a way by /bin', ['open /bin/cat by:/usr/bin/cp'], ['open /usr/bin/cat']],
  ['what is mounted', ['open /proc/self/maps', 'open /run/immutablue/context/x'], []],

  ['a program that is run', ['look /usr/local/bin/cat absent', 'look /bin/cat', 'run /bin/cat'], []],
  ['a program that is looked for', ['look /usr/bin/none absent'], ['look /usr/bin/none absent']],
  ['a program that is read', ['run /usr/bin/cat', 'open /usr/bin/cat by:/usr/bin/cp'], ['open /usr/bin/cat']],
  ['a program that its interpreter reads', ['open /usr/bin/cat by:/usr/bin/cat'], []],
  ['a library that is loaded', ['open /etc/ld.so.cache', 'load /usr/lib/libz.so.1'], []],
  ['a library that is looked for', ['open /usr/lib/glibc-hwcaps/x86-64-v3/libq.so.2 absent'], []],
  ['the places where it is looked for', ['open /usr/lib/tls/libq.so.2 absent', 'look /usr/lib/tls absent'], []],
  ['a library that is read', ['open /usr/lib/libz.so.1'], ['open /usr/lib/libz.so.1']],
  ['a module of an interpreter', ['open /usr/lib/python3.13/os.py', 'look /usr/lib64/perl5/strict.pm absent'], []],
  [
    'character sets and languages',
    ['open /usr/lib/x86_64-linux-gnu/gconv/X', 'open /usr/lib/locale/C', 'look /etc/selinux/config absent'],
    [],
  ],

  ['what the script has made', ['create /usr/x itself', 'open /usr/x/y', 'list /usr/x'], []],
  ['what it made later', ['look /usr/x absent', 'create /usr/x'], ['look /usr/x absent']],
  ['what it has changed', ['change /etc/conf.d', 'look /etc/conf.d', 'list /etc/conf.d'], ['list /etc/conf.d']],
])('%s', (_, accesses, expected) => {
  expect(undeclared(accesses)).toEqual(expected);
});

it.each<[string, readonly string[], Readonly<Record<string, PathState | undefined>>, readonly string[]]>([
  ['a file that the build has changed', ['open /etc/motd'], { '/etc/motd': file('changed') }, []],
  ['one that it has removed', ['look /etc/motd absent'], { '/etc/motd': undefined }, []],
  ['one that it has made', ['open /etc/own'], { '/etc/own': file() }, []],
  ['what is not in a directory of its own', ['look /etc/own/x absent'], { '/etc/own': directory() }, []],
  ['the names in a directory of its own', ['list /etc/own'], { '/etc/own': directory() }, []],
  ['those of one that it has changed', ['list /etc/conf.d'], { '/etc/conf.d': directory('e') }, ['list /etc/conf.d']],
])('%s', (_, accesses, own, expected) => {
  expect(undeclared(accesses, own)).toEqual(expected);
});

it('does not count that a directory is there in which the script works', () => {
  expect(undeclared(['look /etc/conf.d'], {}, ['/etc/conf.d'])).toEqual([]);
});
