import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteNames } from '@immutablue/diagnostics';
import { outputOf } from './support/program';
import { readJunit, testChangedImage, testImage, type Change, type Tested } from './support/tested-image';
import { addTestedVariants } from './support/tested-variants';
import { createWorkspace, disposeWithoutOrphans, imageOf, type Workspace } from './support/workspace';

/** `nx test` on images that are right, on images that were changed after their build, and on variants with faults. */
let workspace: Workspace;

const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXktdjEAAAAA'.repeat(2)}\n-----END OPENSSH PRIVATE KEY-----\n`;

beforeAll(async () => {
  workspace = await createWorkspace();
  await addTestedVariants(workspace);
  outputOf(await workspace.nx('run-many', '-t', 'build', '-p', 'e2e-right,e2e-child'));
});

afterAll(() => disposeWithoutOrphans(workspace));

describe('an image that is right', () => {
  let tested: Tested;

  beforeAll(async () => {
    tested = await testImage(workspace, 'e2e-right');
  });

  it('passes', () => {
    expect({ failed: tested.failed, exitCode: tested.exitCode }).toEqual({ failed: [], exitCode: 0 });
    expect(tested.output).toMatch(/^localhost\/immutablue\/e2e-right:44: \d+ passed, 0 failed$/m);
  });

  it('shows which step changed an override on purpose', () => {
    expect(tested.below('overrides')).toEqual([
      'explained: an override is not as in the tree: /usr/share/e2e/changed: other content',
      'because: the script packages/e2e-right/build/35-e2e.sh:2:1 changed it',
      'explained: an override is not as in the tree: /usr/share/e2e/removed: missing',
      'because: the script packages/e2e-right/build/50-remove-files.sh:1:1 changed it',
    ]);
  });

  it('is left as it was', async () => {
    const record = await readFile(join(workspace.root, 'packages/e2e-right/dist/image.json'), 'utf8');
    expect(JSON.parse(record)).toMatchObject({ imageId: await workspace.store.imageId(imageOf('e2e-right')) });
  });
});

/** What makes a check fail, and lines that `nx test` then says below it. */
type Expected = readonly [what: string, check: string, lines: readonly string[]];

describe('an image that files were put into after its build', () => {
  const broken: Change = {
    files: {
      '/usr/share/e2e/file': 'edited\n',
      '/usr/share/e2e/deploy': KEY,
      '/usr/share/e2e/unwanted': 'is removed by the build\n',
      '/usr/immutablue/build_options': 'gui\n',
      '/usr/lib/os-release': 'ID=other\n',
      '/usr/bin/e2e-tool': 'edited\n',
      '/usr/lib/modules/9.9-e2e/vmlinuz': 'a kernel\n',
      '/usr/lib/bootc/kargs.d/20-type.toml': 'kargs = "quiet"\nkarg = 1\n',
      '/usr/lib/bootc/kargs.d/30-syntax.toml': 'kargs = [\n',
      '/etc/machine-id': `${'0'.repeat(32)}\n`,
      '/var/log/e2e.log': 'started\n',
    },
  };
  const expected: readonly Expected[] = [
    [
      'an edited description of the image',
      'written-files',
      [
        '`/usr/immutablue/build_options` is not what the build wrote',
        '`/usr/lib/os-release` is not what the build wrote',
      ],
    ],
    [
      'an edited override',
      'overrides',
      [
        'an override is not as in the tree: /usr/share/e2e/file: other content',
        '--> packages/e2e-right/artifacts/overrides/usr/share/e2e/file:1:1',
        'hint: no step of the build names it; scripts that run later: packages/e2e-right/build/35-e2e.sh, packages/e2e-right/build/50-remove-files.sh',
      ],
    ],
    ['an edited pinned file', 'downloads', ['the pinned file `/usr/bin/e2e-tool` has the mode 0644']],
    [
      'a path that was to be removed',
      'removed-paths',
      ['`/usr/share/e2e/unwanted` is still there', '--> packages/e2e-right/packages.yaml:5:11'],
    ],
    ['a private key', 'secrets', ['`/usr/share/e2e/deploy` holds a private key']],
    [
      'the ID of a machine, and a log',
      'leftovers',
      ['`/etc/machine-id` is the ID of a machine', '`/var/log/e2e.log` is a log'],
    ],
    [
      'kernel arguments that bootc cannot read',
      'bootc-kargs',
      [
        '`/usr/lib/bootc/kargs.d/20-type.toml`: `kargs`: Invalid input: expected array, received string',
        '`/usr/lib/bootc/kargs.d/20-type.toml`: Unrecognized key: "karg"',
        '`/usr/lib/bootc/kargs.d/30-syntax.toml` is not TOML: Invalid value (at end of document)',
      ],
    ],
    [
      'a second kernel',
      'kernel',
      [
        'the kernel in `/usr/lib/modules/9.9-e2e` has no `initramfs.img`',
        'there are 2 kernels where there must be one: `/usr/lib/modules/9.9-e2e`',
      ],
    ],
    ['a log', 'var-log', ['`/var/log/e2e.log` is a log of 8 bytes']],
    ['a file in /var', 'var-tmpfiles', ['`/var/log/e2e.log` is a file in /var, which no update reaches']],
  ];
  let tested: Tested;

  beforeAll(async () => {
    tested = await testChangedImage(workspace, 'e2e-right', broken);
  });

  it.each(expected)('fails with %s: %s', (_what, check, lines) => {
    expect(tested.failed).toContain(check);
    expect(tested.below(check)).toEqual(expect.arrayContaining([...lines]));
  });

  it('fails in no other check, with an error that names them', () => {
    expect(tested.failed).toEqual(expected.map(([, check]) => check));
    const names = quoteNames(tested.failed);
    expect(tested.output).toContain(
      `error[test/failed]: 10 of 33 checks of \`localhost/immutablue/e2e-right:44\` failed: ${names}`,
    );
    expect(tested.exitCode).toBe(1);
  });
});

describe('an image that something was taken out of after its build', () => {
  const script = `
rpm --erase --nodeps htop
rm /usr/lib/systemd/system/e2e-right.service /etc/systemd/system/multi-user.target.wants/e2e-disabled.service
rm /usr/share/e2e/file /usr/bin/python3
chmod 0600 /usr/share/e2e/private
`;
  const expected: readonly Expected[] = [
    [
      'a file that is deleted, and still in a layer',
      'deleted-files',
      ['`/usr/share/e2e/file` is deleted, and still in the own layer 1 (15 bytes)'],
    ],
    [
      'overrides that are missing, or have another mode',
      'overrides',
      [
        'an override is not as in the tree: /usr/share/e2e/file: missing',
        'an override is not as in the tree: /usr/share/e2e/private: mode 0600 instead of 0644',
      ],
    ],
    ['a missing RPM', 'packages', ['the package `htop` is not installed', '--> packages/e2e-right/packages.yaml:3:11']],
    [
      'a unit that is not enabled',
      'services',
      [
        'the system unit `e2e-disabled.service` is `disabled` after `enable`',
        '--> packages/e2e-right/packages.yaml:9:9',
      ],
    ],
    [
      'an enabled unit that does not exist',
      'unit-links',
      [
        'there is no system unit `e2e-right.service`: the link `/etc/systemd/system/multi-user.target.wants/e2e-right.service` leads to `/usr/lib/systemd/system/e2e-right.service`, which is missing',
      ],
    ],
    ['a unit that systemd does not find', 'unit-files', ['`e2e-right.service`: Unit e2e-right.service not found']],
    [
      'a program missing that the check needs',
      'bootc-kargs',
      ['could not be done: the image has no program `python3`, which this check runs'],
    ],
  ];
  let tested: Tested;

  beforeAll(async () => {
    tested = await testChangedImage(workspace, 'e2e-right', { command: ['bash', '-euc', script] });
  });

  it.each(expected)('fails with %s: %s', (_what, check, lines) => {
    expect(tested.failed).toContain(check);
    expect(tested.below(check)).toEqual(expect.arrayContaining([...lines]));
  });

  it('still has all other checks done', () => {
    expect(tested.output).toMatch(/^ok +var-tmpfiles /m);
    expect(tested.output).toMatch(/: \d+ passed, \d+ failed$/m);
    expect(tested.exitCode).toBe(1);
  });

  it('tells failures from checks that could not be done in its JUnit file', async () => {
    const junit = await readJunit(workspace, 'e2e-right');
    expect(junit).toContainEqual({ name: 'packages', results: ['failure'] });
    expect(junit).toContainEqual({ name: 'bootc-kargs', results: ['error'] });
  });
});

it('fails for an image with three layers of its own, another label and another architecture', async () => {
  const tested = await testChangedImage(
    workspace,
    'e2e-right',
    { files: { '/usr/share/e2e/second': 'x\n' } },
    {
      files: { '/usr/share/e2e/third': 'x\n' },
      config: ['--label', 'containers.bootc=0', '--arch', 'arm64'],
    },
  );
  expect(tested.failed).toEqual(['labels', 'architecture', 'layers']);
  expect(tested.below('labels')).toEqual(['the label `containers.bootc` is `0`, expected `1`']);
  expect(tested.below('architecture')).toEqual(['the image is for `arm64`, expected `amd64`']);
  expect(tested.below('layers')).toEqual(['the image has 3 layers of its own']);
});

describe('a variant with faults', () => {
  let tested: Tested;

  beforeAll(async () => {
    tested = await testImage(workspace, 'e2e-faulty');
  });

  it('fails in the checks that are about them, and in no other', () => {
    expect(tested.failed).toEqual(['unit-files', 'quadlets', 'scripts', 'var-tmpfiles']);
    expect(tested.output).toContain(
      'error[test/failed]: 4 of 33 checks of `localhost/immutablue/e2e-faulty:44` failed: `unit-files`, `quadlets`, `scripts`, `var-tmpfiles`',
    );
    expect(tested.exitCode).toBe(1);
  });

  it('is told the line of each', () => {
    const overrides = 'packages/e2e-faulty/artifacts/overrides';
    expect(tested.below('unit-files')).toEqual([
      "`/usr/lib/systemd/system/e2e-faulty.service`: Unknown key 'ExecStrat' in section [Service], ignoring",
      `--> ${overrides}/usr/lib/systemd/system/e2e-faulty.service:4:1`,
      '`e2e-faulty.service`: Command /usr/bin/no-such-program is not executable: No such file or directory',
      `--> ${overrides}/usr/lib/systemd/system/e2e-faulty.service:1:1`,
    ]);
    expect(tested.below('quadlets')).toEqual([
      '`e2e.container`: no Image or Rootfs key specified',
      `--> ${overrides}/usr/share/containers/systemd/e2e.container:1:1`,
    ]);
    expect(tested.below('scripts')).toEqual([
      'SC2086 (info): Double quote to prevent globbing and word splitting',
      `--> ${overrides}/usr/libexec/e2e.sh:2:6`,
      'hint: https://www.shellcheck.net/wiki/SC2086',
      'SC2045 (error): Iterating over ls output is fragile. Use globs',
      '--> packages/e2e-faulty/build/35-e2e.sh:2:13',
      'hint: https://www.shellcheck.net/wiki/SC2045',
    ]);
    expect(tested.below('var-tmpfiles')[0]).toBe('the directory `/var/lib/e2e` has no entry in tmpfiles.d');
  });

  it('has each as a failure in a well-formed JUnit file', async () => {
    const junit = await readJunit(workspace, 'e2e-faulty');
    expect(junit.filter(({ results }) => results.includes('failure')).map(({ name }) => name)).toEqual(tested.failed);
    expect(junit).toHaveLength(33);
  });

  it('does not make its child fail, which shows them as those of its parent', async () => {
    const child = await testImage(workspace, 'e2e-child');
    expect({ failed: child.failed, exitCode: child.exitCode }).toEqual({ failed: [], exitCode: 0 });
    expect(child.below('var-tmpfiles')).toContain(
      'of e2e-faulty: the directory `/var/lib/e2e` has no entry in tmpfiles.d',
    );
    expect(child.below('quadlets')).toEqual(['of e2e-faulty: `e2e.container`: no Image or Rootfs key specified']);
  });

  it('passes when variant.yaml allows all of them, with the reasons', async () => {
    const allow = ['unit-files', 'quadlets', 'scripts'].map((check) => `{ check: ${check}, reason: tried out }`);
    allow.push('{ check: var-tmpfiles, path: /var/lib/e2e, reason: made by hand }');
    await workspace.addVariant('e2e-faulty', { keys: { allow: `[${allow.join(', ')}]` } });
    const allowed = await testImage(workspace, 'e2e-faulty');
    expect({ failed: allowed.failed, exitCode: allowed.exitCode }).toEqual({ failed: [], exitCode: 0 });
    expect(allowed.below('var-tmpfiles')).toEqual([
      'allowed: the directory `/var/lib/e2e` has no entry in tmpfiles.d',
      expect.stringMatching(/^because: made by hand \(packages\/e2e-faulty\/variant\.yaml:5:\d+\)$/),
    ]);
  });

  it('fails when it allows what is not there', async () => {
    const allow = '\n  - { check: var-log, path: /var/log/e2e, reason: none }\n  - { check: var-lag, reason: none }\n';
    await workspace.addVariant('e2e-right', { keys: { allow } });
    const stale = await testImage(workspace, 'e2e-right');
    expect(stale.failed).toEqual(['allow']);
    expect(stale.below('allow')).toEqual([
      '`var-log` finds nothing of this variant at `/var/log/e2e`, so there is nothing to allow',
      '--> packages/e2e-right/variant.yaml:6:29',
      'hint: remove the entry: it would hide the next finding of its kind',
      'there is no check `var-lag`',
      '--> packages/e2e-right/variant.yaml:7:14',
      'hint: did you mean `var-log`?',
    ]);
    expect(stale.exitCode).toBe(1);
  });
});
