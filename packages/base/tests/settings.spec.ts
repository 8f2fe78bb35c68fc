import { statSync, symlinkSync } from 'node:fs';
import { type Outcome } from '../../../testing/scratch-machine';
import { useBaseMachine } from './base-machine';

const IMAGE = '/usr/immutablue/settings.yaml';
const MACHINE = '/etc/immutablue/settings.yaml';
const USER = '/home/ada/.config/immutablue/settings.yaml';

const machine = useBaseMachine();

function settings(...args: string[]): Outcome {
  return machine().run('/usr/bin/immutablue-settings', ...args);
}

describe('the three levels', () => {
  beforeEach(() => {
    machine().write(IMAGE, 'zfs: {arc: 1G, tune: {a: 1, b: 2}}\nlist: [1, 2]\nname: image\n');
    machine().write(MACHINE, 'zfs: {tune: {b: 3}}\nlist: [3]\nname: machine\n');
    machine().write(USER, 'name: user\nzfs: {tune: {c: null}}\n');
  });

  it('are merged by key, the later wins', () => {
    expect(JSON.parse(settings('list', '--json').stdout)).toEqual({
      zfs: { arc: '1G', tune: { a: 1, b: 3, c: null } },
      list: [3],
      name: 'user',
    });
  });

  it('are told apart on request', () => {
    const { stdout } = settings('list', '--origin');
    expect(stdout.replaceAll(machine().root, '')).toBe(`${MACHINE}\tlist: [3]
${USER}\tname: "user"
${IMAGE}\tzfs.arc: "1G"
${IMAGE}\tzfs.tune.a: 1
${MACHINE}\tzfs.tune.b: 3
${USER}\tzfs.tune.c: null
`);
  });

  it('are two for a service of the system, which has no home', () => {
    delete machine().environment['HOME'];
    expect(settings('get', 'name').stdout).toBe('machine\n');
    expect(settings('set', '--user', 'name', 'x')).toMatchObject({ exitCode: 1 });
  });
});

describe('get', () => {
  beforeEach(() => {
    machine().write(MACHINE, 'text: "7"\nflag: yes\nlist: [a, 2]\nmap: {deep: [{x: 1}]}\nday: 2026-11-24\nnothing:\n');
  });

  it.each([
    ['text', '7'],
    ['flag', 'true'],
    ['list', 'a\n2'],
    ['map.deep', '[{"x": 1}]'],
    ['map', '{"deep": [{"x": 1}]}'],
    ['nothing', 'null'],
  ])('prints %s as a script uses it', (key, expected) => {
    expect(settings('get', key)).toEqual({ exitCode: 0, stdout: `${expected}\n`, stderr: '' });
  });

  it.each([
    ['text', '"7"'],
    ['list', '["a", 2]'],
    ['day', '"2026-11-24"'],
  ])('prints %s as JSON', (key, expected) => {
    expect(settings('get', key, '--json').stdout).toBe(`${expected}\n`);
  });

  it.each(['absent', 'text.below', 'map.absent'])('%s is an error without a default', (key) => {
    expect(settings('get', key)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `error: there is no setting \`${key}\`\n`,
    });
    expect(settings('get', key, '--default', '4G').stdout).toBe('4G\n');
    expect(settings('get', key, '--default', '').stdout).toBe('\n');
  });

  it.each(['', '.', 'a..b', 'a b', '$(x)'])('%j is no key', (key) => {
    expect(settings('get', key).exitCode).toBe(2);
  });
});

describe('set', () => {
  it.each([
    ['7', 7],
    ['true', true],
    ['"7"', '7'],
    ['4G', '4G'],
    ['[a, {b: 1}]', ['a', { b: 1 }]],
    ['', ''],
    ['ünïcode', 'ünïcode'],
  ])('takes %j as YAML', (text, expected) => {
    expect(settings('set', '--user', 'deep.key', text)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(JSON.parse(settings('get', 'deep.key', '--json').stdout)).toEqual(expected);
  });

  it('changes the file of the level that was asked for, and nothing else in it', () => {
    machine().write(MACHINE, 'other: {x: 1}\nzfs: {arc: 1G, keep: yes}\n', 0o640);
    settings('set', '--system', 'zfs.arc', '2G');
    expect(machine().read(MACHINE)).toBe('other:\n  x: 1\nzfs:\n  arc: 2G\n  keep: true\n');
    expect(statSync(machine().path(MACHINE)).mode & 0o777).toBe(0o640);
    expect(machine().exists(USER)).toBe(false);
  });

  it('keeps a link to the file, as managers of dotfiles make them', () => {
    machine().write('/home/ada/dotfiles/settings.yaml', 'a: 1\n');
    machine().write('/home/ada/.config/immutablue/.keep', '');
    symlinkSync(machine().path('/home/ada/dotfiles/settings.yaml'), machine().path(USER));
    settings('set', '--user', 'a', '2');
    expect(machine().read('/home/ada/dotfiles/settings.yaml')).toBe('a: 2\n');
  });

  it.each([
    ['a: 5\n', 'a.b', 'x', '`a` has a value, and no settings below it'],
    ['a: {}\n', 'a', '[1', '`[1` is not YAML: put it in quotes'],
  ])('leaves %j alone where %s cannot be %s', (content, key, value, message) => {
    machine().write(MACHINE, content);
    expect(settings('set', '--system', key, value)).toEqual({ exitCode: 1, stdout: '', stderr: `error: ${message}\n` });
    expect(machine().read(MACHINE)).toBe(content);
  });
});

describe('a file that is wrong', () => {
  it.each([
    ['a: [1\nb: 2\n', /settings\.yaml:2:2: /],
    ['- a\n', /settings\.yaml: expected a map of settings/],
    ['a: {on: 1}\n', /settings\.yaml: the key `True` is not a string: put it in quotes/],
    ['a: !!python/object:os.system {}\n', /settings\.yaml:1:4: could not determine a constructor/],
  ])('%j is reported with its place, and never overwritten', (content, message) => {
    machine().write(MACHINE, content);
    for (const args of [['list'], ['get', 'a', '--default', 'x'], ['set', '--system', 'x', '1']]) {
      const { exitCode, stdout, stderr } = settings(...args);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(message);
    }
    expect(machine().read(MACHINE)).toBe(content);
  });
});
