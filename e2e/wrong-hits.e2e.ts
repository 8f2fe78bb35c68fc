import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAlone, nxAlone, recordedId, textIn } from './support/built-images';
import { errorsIn } from './support/errors';
import { outputOf } from './support/program';
import { createTinyWorkspace, TINY, TINY_IMAGE } from './support/tiny-image';
import { disposeWithoutOrphans, imageOf, type TestVariant, type Workspace } from './support/workspace';

/** What an image is made from: each change of it gives another image, and nothing else is under its key. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createTinyWorkspace();
});

afterAll(() => disposeWithoutOrphans(workspace));

const add = (name: string, variant: TestVariant) => workspace.addVariant(name, { from: TINY, ...variant });
const build = (variant: string, ...options: readonly string[]) => buildAlone(workspace, variant, ...options);

describe("a file of the variant's folder that a script copies", () => {
  const VARIANT = 'e2e-context';
  const FILE = `packages/${VARIANT}/files/f`;

  beforeAll(async () => {
    await add(VARIANT, {
      files: { 'files/f': 'first\n', 'build/55-copy.sh': 'cat "$IMMUTABLUE_CONTEXT/files/f" >/usr/f\n' },
    });
    await build(VARIANT);
  });

  it('is in the image as it is now', async () => {
    expect(await textIn(workspace, VARIANT, '/usr/f')).toBe('first');
    await workspace.write(FILE, 'second\n');
    await build(VARIANT);
    expect(await textIn(workspace, VARIANT, '/usr/f')).toBe('second');
  });

  it('is still that after a clean build and a plain one', async () => {
    await workspace.write(FILE, 'third\n');
    await build(VARIANT, '--clean');
    const clean = await recordedId(workspace, VARIANT);
    await build(VARIANT);
    expect(await recordedId(workspace, VARIANT)).toBe(clean);
    expect(await workspace.store.imageId(imageOf(VARIANT))).toBe(clean);
    expect(await textIn(workspace, VARIANT, '/usr/f')).toBe('third');
  });
});

describe('an edit while the build runs', () => {
  const BEGINS = 'echo notice: it begins\nsleep 1.5\n';

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['a script', 'build/55-write.sh', { 'build/55-write.sh': 'echo TEXT >/usr/written\n' }],
    [
      'a file that a script reads',
      'files/f',
      { 'files/f': 'TEXT\n', 'build/55-write.sh': 'cat "$IMMUTABLUE_CONTEXT/files/f" >/usr/written\n' },
    ],
    [
      'the helpers of scripts',
      'build/99-common.sh',
      { 'build/99-common.sh': 'text() { echo TEXT; }\n', 'build/55-write.sh': 'text >/usr/written\n' },
    ],
    ['an override', 'artifacts/overrides/usr/written', { 'artifacts/overrides/usr/written': 'TEXT\n' }],
  ])('of %s gives no image of new text under the old key', async (_, edited, files) => {
    const variant = `e2e-edited-${edited.replaceAll(/\W/g, '-').toLowerCase()}`;
    const write = (text: string) =>
      workspace.write(`packages/${variant}/${edited}`, (files[edited] ?? '').replace('TEXT', text));
    await add(variant, { files: { ...files, 'build/05-wait.sh': BEGINS } });
    await write('old');

    const nx = workspace.startNx('build', variant, '--exclude-task-dependencies');
    await nx.says(/it begins$/m);
    await write('new');
    const { exitCode, output } = await nx.outcome;
    // Either it is built from what was planned, or it says what has changed meanwhile.
    if (exitCode === 0) expect(await textIn(workspace, variant, '/usr/written')).toBe('old');
    else expect(errorsIn(output).join('\n')).toContain(`packages/${variant}/${edited}`);

    await build(variant);
    expect(await textIn(workspace, variant, '/usr/written')).toBe('new');
    await write('old');
    await build(variant);
    expect(await textIn(workspace, variant, '/usr/written')).toBe('old');
  });

  it('of a file of the dep-builder gives no result of new text under the old key', async () => {
    const variant = 'e2e-edited-deps';
    const write = (text: string) => workspace.write(`packages/${variant}/deps/f`, `${text}\n`);
    await add(variant, {
      files: {
        'deps/Containerfile': `ARG IMAGE\nFROM \${IMAGE} AS builder\nRUN ${BEGINS.trim().replace('\n', '; ')}\nCOPY f /f\nRUN cat /f >/made\nFROM scratch\nCOPY --from=builder /made /usr/made\n`,
      },
    });
    await write('old');
    const all = async () => {
      const made = await nxAlone(workspace, 'deps', variant);
      if (made.exitCode !== 0) throw new Error(made.output);
      await build(variant);
      return textIn(workspace, variant, '/usr/made');
    };

    const nx = workspace.startNx('deps', variant, '--exclude-task-dependencies');
    await nx.says(/it begins$/m);
    await write('new');
    const { exitCode, output } = await nx.outcome;
    if (exitCode !== 0) expect(errorsIn(output).join('\n')).toContain(`packages/${variant}/deps/f`);

    expect(await all()).toBe('new');
    await write('old');
    expect(await all()).toBe('old');
  });
});

it.each(['artifacts', 'build', 'deps'])(
  'refuses packages/<variant>/%s that is a symbolic link, in every task that reads it',
  async (folder) => {
    const variant = `e2e-elsewhere-${folder}`;
    const content = {
      artifacts: { 'artifacts/overrides/usr/linked': 'linked\n' },
      build: { 'build/55-write.sh': 'echo linked >/usr/linked\n' },
      deps: { 'deps/Containerfile': 'FROM scratch\nCOPY Containerfile /usr/linked\n' },
    }[folder];
    await add(variant, { files: content ?? {} });
    const place = join(workspace.root, 'packages', variant, folder);
    await rename(place, join(workspace.root, 'tmp', `moved-${folder}`));
    await symlink(join('..', '..', 'tmp', `moved-${folder}`), place);

    const refusal = new RegExp(`error\\[[^\\]]+\\]: .*link[^]*--> packages/${variant}/${folder}\\b[^]*hint: `);
    try {
      for (const args of [
        ['build', variant],
        ['run', `${variant}:check`],
        ['run', `${variant}:plan`],
        ['run', `${variant}:explain`],
      ]) {
        const { exitCode, output } = await nxAlone(workspace, ...args);
        expect([args, exitCode]).not.toEqual([args, 0]);
        expect([args, output]).toEqual([args, expect.stringMatching(refusal)]);
      }
    } finally {
      await rm(join(workspace.root, 'packages', variant), { recursive: true });
    }
  },
);

describe('a conflict on a path', () => {
  /** What stands on an image whose overrides are edited; what it says must not be about a path that begins, or ends, alike. */
  const MOTD = 'packages/e2e-blamed/artifacts/overrides/etc/motd';

  beforeAll(async () => {
    await add('e2e-blamed', {
      files: {
        'artifacts/overrides/etc/motd': 'motd\n',
        'artifacts/overrides/etc/motd.d/10-hello': 'hello\n',
        'artifacts/overrides/etc/a/etc/motd': 'another\n',
        // With a checkpoint before the overrides it is known beforehand where the image will differ.
        'build/35-own.sh': '# reads:\ntrue\n',
      },
    });
    await add('e2e-reader', {
      from: 'e2e-blamed',
      files: { 'build/55-read.sh': '# reads: /etc/motd\nif [[ -e /etc/motd ]]; then cat /etc/motd >/usr/read; fi\n' },
    });
    await build('e2e-blamed');
    await build('e2e-reader');
  });

  async function explained(): Promise<string> {
    const output = outputOf(await nxAlone(workspace, 'run', 'e2e-reader:explain'));
    return output.slice(output.indexOf('e2e-reader: '));
  }

  const IS_BLAMED = /\s\/etc\/motd\b(?![./\w])[^]*?packages\/e2e-blamed\/artifacts\/overrides\/etc\/motd(?![./\w])/;

  it('names its own file where a file with a longer path was edited, too', async () => {
    await workspace.write(MOTD, 'edited\n');
    await workspace.write('packages/e2e-blamed/artifacts/overrides/etc/motd.d/10-hello', 'edited\n');
    await workspace.write('packages/e2e-blamed/artifacts/overrides/etc/a/etc/motd', 'edited\n');
    const text = await explained();
    expect(text).toMatch(IS_BLAMED);
    expect(text).not.toMatch(/10-hello|etc\/a\//);
  });

  it('names its own file that was removed', async () => {
    await build('e2e-blamed');
    await build('e2e-reader');
    await rm(join(workspace.root, MOTD));
    await workspace.write('packages/e2e-blamed/artifacts/overrides/etc/motd.d/10-hello', 'edited again\n');
    const text = await explained();
    expect(text).toMatch(IS_BLAMED);
    expect(text).not.toContain('10-hello');
  });
});

it('is built again on an upstream image that differs in nothing but the time at which it was made', async () => {
  const variant = 'e2e-aged';
  const upstream = 'localhost/immutablue-lab/e2e/aged:44';
  const make = async (seconds: number) => {
    const container = await workspace.store.run('buildah', 'from', '--pull-never', TINY_IMAGE);
    const committed = ['buildah', 'commit', '--quiet', '--rm', '--timestamp', String(seconds), container] as const;
    await workspace.store.run('buildah', 'tag', await workspace.store.run(...committed), upstream);
  };
  await add(variant, { from: 'quay.io/e2e/aged' });
  await make(Date.UTC(2026, 0, 2) / 1000);
  await build(variant);
  expect(await textIn(workspace, variant, '/usr/lib/os-release')).toContain('BUILD_ID=20260102');

  await make(Date.UTC(2026, 1, 3) / 1000);
  const explained = outputOf(await nxAlone(workspace, 'run', `${variant}:explain`));
  expect(explained).toContain(`${upstream} was made at another time`);
  await build(variant);
  expect(await textIn(workspace, variant, '/usr/lib/os-release')).toContain('BUILD_ID=20260203');
});
