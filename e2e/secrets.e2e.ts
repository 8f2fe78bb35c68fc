import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAlone, isFromCache, nxAlone, textIn } from './support/built-images';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { outputOf } from './support/program';
import { createTinyWorkspace, TINY } from './support/tiny-image';
import { createWorkspace, disposeWithoutOrphans, imageOf, type Workspace } from './support/workspace';

/** Secrets reach the scripts and dep-builders that ask for them, and nothing else. */
let workspace: Workspace;
const CANARY = `canary-${randomBytes(12).toString('hex')}`;
const VARIABLE = { IMMUTABLUE_SECRET_MOK_KEY: CANARY };
const HEADER = '# reads:\n# secrets: mok-key\n';
const SIGN =
  'if [[ -e /run/secrets/mok-key ]]; then echo "with $(cat /run/secrets/mok-key)"; echo signed >/usr/signed; else echo unsigned >/usr/signed; fi\n';

beforeAll(async () => {
  workspace = await createTinyWorkspace();
});

afterAll(() => disposeWithoutOrphans(workspace));

const add = (name: string, files: Readonly<Record<string, string>>) =>
  workspace.addVariant(name, { from: TINY, keys: { secrets: '[mok-key, repo-token]' }, files });

async function buildWith(added: Readonly<Record<string, string>>, ...args: readonly string[]) {
  return outputOf(await workspace.nxWith(added, ...args, '--exclude-task-dependencies'));
}

it('gives them to the script that asks for them and to no other, and what is made without them is not taken instead', async () => {
  await add('e2e-secret', {
    'build/35-sign.sh': HEADER + SIGN,
    'build/45-other.sh': '# reads:\n[[ ! -e /run/secrets/mok-key ]]\n',
  });
  await buildAlone(workspace, 'e2e-secret');
  expect(await textIn(workspace, 'e2e-secret', '/usr/signed')).toBe('unsigned');
  const output = await buildWith(VARIABLE, 'build', 'e2e-secret', '--verbose');
  expect(output).toContain('with ***');
  expect(await textIn(workspace, 'e2e-secret', '/usr/signed')).toBe('signed');

  await writeFile(join(workspace.root, 'tmp', 'key'), CANARY);
  const fromFile = await buildWith(
    {},
    'build',
    'e2e-secret',
    '--secret',
    `mok-key=${join(workspace.root, 'tmp', 'key')}`,
  );
  await rm(join(workspace.root, 'tmp', 'key'));
  // Whether a secret is given decides; where it comes from does not.
  expect(isFromCache(fromFile, 'e2e-secret:build')).toBe(true);
});

it('gives them to the dep-builder that asks for them', async () => {
  await add('e2e-secret-deps', {
    'deps/Containerfile': `${HEADER}ARG IMAGE\nFROM \${IMAGE} AS made\nRUN cat /run/secrets/mok-key && echo signed >/usr/made\nFROM scratch\nCOPY --from=made /usr/made /usr/made\n`,
  });
  const output = await buildWith(VARIABLE, 'deps', 'e2e-secret-deps', '--verbose');
  expect(output).toContain('***');
  await buildWith(VARIABLE, 'build', 'e2e-secret-deps');
  expect(await textIn(workspace, 'e2e-secret-deps', '/usr/made')).toBe('signed');
});

it('leaves them in no layer, label, history, log, key, cache or record', async () => {
  const found: string[] = [];
  const grep = (place: string) => {
    const { stdout } = spawnSync('grep', ['--recursive', '--files-with-matches', '--fixed-strings', CANARY, place], {
      encoding: 'utf8',
    });
    found.push(...stdout.split('\n').filter((line) => line !== ''));
  };
  // All that the builds above have written: the workspace with Nx's cache and dist, the cache, the store, temporary files.
  for (const place of [workspace.root, workspace.cacheDirectory, join(workspace.root, '..')]) grep(place);
  for (const variant of ['e2e-secret', 'e2e-secret-deps']) {
    const copy = join(workspace.root, 'tmp', variant);
    await mkdir(copy, { recursive: true });
    await workspace.store.run('skopeo', 'copy', '--quiet', `containers-storage:${imageOf(variant)}`, `dir:${copy}`);
    const unpacked = spawnSync(
      'bash',
      ['-c', 'shopt -s nullglob; for blob in "$0"/*; do zcat --force "$blob"; done', copy],
      {
        maxBuffer: 1024 ** 3,
      },
    );
    if (unpacked.stdout.includes(CANARY)) found.push(copy);
    await rm(copy, { recursive: true });
  }
  expect(found.filter((file) => !file.endsWith('deps/Containerfile'))).toEqual([]);
});

it('fails where a script leaves one in the image, and names the sub-stage', async () => {
  await add('e2e-secret-left', { 'build/55-leave.sh': `${HEADER}cat /run/secrets/mok-key >/usr/left\n` });
  const { exitCode, output } = await workspace.nxWith(
    VARIABLE,
    'build',
    'e2e-secret-left',
    '--exclude-task-dependencies',
  );
  expect(exitCode).not.toBe(0);
  expect(errorsIn(output).join('\n')).toMatchInlineSnapshot(`
   "error[build/secret-in-layer]: \`/usr/left\`, which 55-leave has left, holds the value of a secret
     --> packages/e2e-secret-left/build/55-leave.sh:1:1
     hint: a program may use a secret, and may not leave it: remove the file, or what is in it, in the same script"
  `);
  expect(output).not.toContain(CANARY);
});

it('says in check which secret its variant does not list', async () => {
  await workspace.addVariant('e2e-secret-unknown', { from: TINY, files: { 'build/55-sign.sh': HEADER + SIGN } });
  const { output } = await nxAlone(workspace, 'run', 'e2e-secret-unknown:check');
  expect(errorsIn(output).join('\n')).toMatchInlineSnapshot(`
   "error[secret/unknown]: \`mok-key\` is no secret of \`e2e-secret-unknown\`
     --> packages/e2e-secret-unknown/build/55-sign.sh:2:12
     |
   2 | # secrets: mok-key
     |            ^^^^^^^
     hint: list it in packages/e2e-secret-unknown/variant.yaml: \`secrets: [mok-key]\`"
  `);
});

describe('a repository that asks for credentials', () => {
  const TOKEN = `reader:${CANARY}`;
  let withPackages: Workspace;
  let server: FileServer;

  beforeAll(async () => {
    withPackages = await createWorkspace();
    const served = join(withPackages.root, 'tmp', 'served');
    await mkdir(served, { recursive: true });
    // The lab's packages, which are signed.
    await symlink(join(withPackages.root, '.immutablue/lab/repository/rpms'), join(served, 'rpms'));
    server = await serveFiles(served, undefined, TOKEN);
    const definition = `[closed]\nname=closed\nbaseurl=${server.url}/rpms\ngpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-immutablue-lab\n`;
    await writeFile(join(served, 'closed.repo'), definition);
    await withPackages.addVariant('e2e-closed', {
      keys: { secrets: '[repo-token]' },
      files: {
        'packages.yaml': `immutablue:\n  repo_urls:\n    all:\n      - name: closed.repo\n        url: ${server.url}/closed.repo\n        secret: repo-token\n  rpm:\n    all: [stow]\n`,
        'build/35-look.sh': '# reads:\n! grep -r password /etc/yum.repos.d\n',
      },
    });
    await withPackages.addVariant('e2e-closed-child', {
      from: 'e2e-closed',
      files: { 'packages.yaml': 'immutablue:\n  rpm:\n    all: [pv]\n' },
    });
  });

  afterAll(async () => {
    await server.close();
    await disposeWithoutOrphans(withPackages);
  });

  const buildClosed = (added: Readonly<Record<string, string>>, variant: string) =>
    withPackages.nxWith(added, 'build', variant, '--exclude-task-dependencies');

  it('is refused without them, and says which secret is missing', async () => {
    const { exitCode, output } = await buildClosed({}, 'e2e-closed');
    expect(exitCode).not.toBe(0);
    expect(output).toContain('closed.repo is fetched without credentials: no secret repo-token is given');
    expect(errorsIn(output).join('\n')).toContain('error[build/repository-down]');
  });

  it('gives its packages with them, to a child, too, and the image has none of them', async () => {
    for (const variant of ['e2e-closed', 'e2e-closed-child']) {
      const output = outputOf(await buildClosed({ IMMUTABLUE_SECRET_REPO_TOKEN: TOKEN }, variant));
      expect(output).not.toContain(CANARY);
    }
    expect(await textIn(withPackages, 'e2e-closed-child', '/etc/yum.repos.d/closed.repo')).not.toContain('password');
    const { stdout } = spawnSync('grep', [
      '--recursive',
      '--files-with-matches',
      '--fixed-strings',
      CANARY,
      withPackages.root,
    ]);
    expect(stdout.toString()).toBe('');
  });
});
