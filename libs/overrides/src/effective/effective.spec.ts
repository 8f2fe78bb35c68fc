import { type Manifest, type ManifestEntry, type OverrideTree, type Sha256 } from '../entry';
import { type RootPath } from '../path';
import { rendered } from '../testing/entries';
import { effectiveOverrides } from './effective';
import { listOverrides, renderOverrideList } from './list';
import { applyPermissions } from './permissions';

const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' as Sha256;

/** A manifest of `tree` from lines `type mode size path [-> target]`. */
function manifest(name: string, lines: readonly string[]): Manifest {
  const [variant = '', option] = name.split('/');
  const tree: OverrideTree = { variant, ...(option === undefined ? {} : { option }), directory: `/w/${name}` };
  return { tree, entries: lines.map((line) => entryOf(tree, line)) };
}

function entryOf(tree: OverrideTree, line: string): ManifestEntry {
  const [type, mode = '', size = '', path = '', , target = ''] = line.split(' ');
  const source = `${tree.directory}${path}`;
  const base = { path: path as RootPath, source, tree, mode: parseInt(mode, 8), size: Number(size) };
  if (type === 'file') return { ...base, type, sha256: SHA256 };
  return type === 'symlink' ? { ...base, type, target } : { ...base, type: 'directory', isEmpty: true };
}

const base = manifest('base', [
  'directory 755 0 /etc',
  'file 644 12 /etc/motd',
  'symlink 777 25 /etc/localtime -> ../usr/share/zoneinfo/UTC',
  'directory 755 0 /usr',
  'directory 700 0 /usr/empty',
  'directory 755 0 /usr/kept',
]);
const baseGui = manifest('base/gui', [
  'directory 755 0 /etc',
  'file 600 5 /etc/motd',
  'file 644 1048576 /etc/wallpaper',
]);
const cyan = manifest('cyan', [
  'directory 755 0 /etc',
  'file 755 3 /etc/motd',
  'directory 755 0 /usr',
  'directory 755 0 /usr/kept',
  'file 4755 7 /usr/kept/suid',
]);

describe('effectiveOverrides', () => {
  it('takes the entry of the last manifest and lists the ones that lost, the nearest first', () => {
    const { entries, diagnostics } = effectiveOverrides([base, baseGui, cyan]);
    expect(diagnostics).toEqual([]);
    expect(entries.find(({ path }) => path === '/etc/motd')).toMatchObject({
      mode: 0o755,
      tree: cyan.tree,
      overridden: [baseGui.tree, base.tree],
      owner: 'root',
      group: 'root',
    });
    expect(entries.map(({ path }) => path)).toEqual([
      '/etc',
      '/etc/localtime',
      '/etc/motd',
      '/etc/wallpaper',
      '/usr',
      '/usr/empty',
      '/usr/kept',
      '/usr/kept/suid',
    ]);
  });

  it('does not take a directory for empty that another tree puts something into', () => {
    const { entries } = effectiveOverrides([cyan, base]);
    const empty = entries.filter((entry) => entry.type === 'directory' && entry.isEmpty);
    expect(empty.map(({ path }) => path)).toEqual(['/usr/empty']);
  });

  it('lets a symlink replace a file', () => {
    const { entries, diagnostics } = effectiveOverrides([base, manifest('cyan', ['symlink 777 4 /etc/motd -> issue'])]);
    expect(diagnostics).toEqual([]);
    expect(entries.find(({ path }) => path === '/etc/motd')).toMatchObject({ type: 'symlink', target: 'issue' });
  });

  it.each([
    ['a file', 'file 644 1 /usr/kept'],
    ['a symlink', 'symlink 777 1 /usr/kept -> x'],
  ])('refuses %s where another tree has a directory', (_, line) => {
    const other = manifest('teal', [line]);
    expect(effectiveOverrides([cyan, other]).diagnostics).toHaveLength(1);
    expect(effectiveOverrides([other, cyan]).diagnostics).toHaveLength(1);
  });

  it('names both trees of a conflict', () => {
    const { diagnostics } = effectiveOverrides([base, manifest('cyan/gui', ['file 644 1 /usr/kept'])]);
    expect(rendered(diagnostics, '/w')).toMatchInlineSnapshot(`
     "error[override/type-conflict]: \`/usr/kept\` is a file in cyan (gui), and a directory in base
       --> cyan/gui/usr/kept:1:1
       | the directory is /w/base/usr/kept
       hint: rename one of them"
    `);
  });
});

describe('applyPermissions', () => {
  const { entries } = effectiveOverrides([base, cyan]);

  it('sets what is stated and leaves the rest', () => {
    const result = applyPermissions(entries, [
      { path: '/etc/motd', mode: 0o440 },
      { path: '/usr/empty', owner: 'tss', group: '59' },
      { path: '/etc/motd', owner: '12' },
    ]);
    expect(result.diagnostics).toEqual([]);
    const find = (path: string) => result.entries.find((entry) => entry.path === path);
    expect(find('/etc/motd')).toMatchObject({ mode: 0o440, owner: '12', group: 'root', hasStatedPermissions: true });
    expect(find('/usr/empty')).toMatchObject({ mode: 0o700, owner: 'tss', group: '59' });
    expect(find('/usr/kept/suid')).toMatchObject({ mode: 0o4755, owner: 'root', hasStatedPermissions: false });
    expect(result.entries.map(({ path }) => path)).toEqual(entries.map(({ path }) => path));
  });

  it('refuses a path without an override, and a mode for a symlink', () => {
    const location = { file: '/w/cyan/variant.yaml', line: 7, column: 11, length: 10, text: '  - path: /etc/mot' };
    const { diagnostics } = applyPermissions(entries, [
      { path: '/etc/mot', mode: 0o600, location },
      { path: '/somewhere/else/entirely', mode: 0o600 },
      { path: '/etc/localtime', mode: 0o600 },
    ]);
    expect(rendered(diagnostics, '/w')).toMatchInlineSnapshot(`
     "error[override/unknown-path]: there is no override at \`/etc/mot\` to set a mode or owner of
       --> cyan/variant.yaml:7:11
       |
     7 |   - path: /etc/mot
       |           ^^^^^^^^
       hint: did you mean \`/etc/motd\`?

     error[override/unknown-path]: there is no override at \`/somewhere/else/entirely\` to set a mode or owner of
       hint: permissions are for files that the override trees hold

     error[override/type-conflict]: \`/etc/localtime\` is a symlink, and a symlink has no mode of its own
       hint: state the mode of the file that it points to"
    `);
  });
});

describe('the list of overrides', () => {
  const { entries } = applyPermissions(effectiveOverrides([base, baseGui, cyan]).entries, [
    { path: '/etc/wallpaper', owner: 'gdm', group: 'gdm' },
  ]);

  it('is a table', () => {
    expect(renderOverrideList(entries)).toMatchInlineSnapshot(`
     "MODE  OWNER      TYPE          SIZE  FROM                        PATH
     0777  root:root  symlink         25  base                        /etc/localtime -> ../usr/share/zoneinfo/UTC
     0755  root:root  file             3  cyan over base (gui), base  /etc/motd
     0644  gdm:gdm    file       1048576  base (gui)                  /etc/wallpaper
     0700  root:root  directory        -  base                        /usr/empty
     4755  root:root  file             7  cyan                        /usr/kept/suid
     5 overrides: base 3, cyan 2"
    `);
  });

  it.each([
    [[], 'MODE  OWNER  TYPE  SIZE  FROM  PATH\n0 overrides'],
    [
      ['file 644 1 /etc/x'],
      'MODE  OWNER      TYPE  SIZE  FROM  PATH\n0644  root:root  file     1  base  /etc/x\n1 override: base 1',
    ],
  ])('counts %j', (lines, table) => {
    expect(renderOverrideList(effectiveOverrides([manifest('base', lines)]).entries)).toBe(table);
  });

  it('is data for JSON, without the paths of this machine', () => {
    const items = listOverrides(entries);
    expect(JSON.stringify(items)).not.toContain('/w/');
    expect(items.slice(0, 2)).toMatchInlineSnapshot(`
     [
       {
         "from": {
           "variant": "base",
         },
         "group": "root",
         "mode": "0777",
         "over": [],
         "owner": "root",
         "path": "/etc/localtime",
         "size": 25,
         "target": "../usr/share/zoneinfo/UTC",
         "type": "symlink",
       },
       {
         "from": {
           "variant": "cyan",
         },
         "group": "root",
         "mode": "0755",
         "over": [
           {
             "option": "gui",
             "variant": "base",
           },
           {
             "variant": "base",
           },
         ],
         "owner": "root",
         "path": "/etc/motd",
         "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "size": 3,
         "type": "file",
       },
     ]
    `);
  });
});
