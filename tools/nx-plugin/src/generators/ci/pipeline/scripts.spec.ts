import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import {
  buildAndTest,
  buildShare,
  COMMIT_LOCKS,
  FIND_AFFECTED,
  GIT_CREDENTIALS,
  OPEN_PULL_REQUEST,
  publishAll,
  UPDATE_LOCKS,
} from './scripts';

const TOKEN = 'hunter2hunter2';

let scratch: string;
let clone: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'ci-scripts-'));
  clone = join(scratch, 'clone');
  await runCommand(['git', 'init', '--quiet', '--bare', join(scratch, 'remote')]);
  await runCommand(['git', '-C', join(scratch, 'remote'), 'config', 'receive.advertisePushOptions', 'true']);
  await writeFile(
    join(scratch, 'remote/hooks/pre-receive'),
    '#!/bin/bash\nfor ((n = 0; n < GIT_PUSH_OPTION_COUNT; n++)); do option=GIT_PUSH_OPTION_$n; echo "${!option}"; done > pushed\n',
    { mode: 0o755 },
  );
  await runCommand(['git', 'init', '--quiet', '--initial-branch', 'main', clone]);
  for (const name of ['base', 'cyan']) {
    await mkdir(join(clone, 'packages', name), { recursive: true });
    await writeFile(join(clone, 'packages', name, 'packages.lock.yaml'), 'old\n');
  }
  await mkdir(join(clone, 'packages/teal'));
  await commit('first');
  await mkdir(join(scratch, 'bin'));
  await program(
    'npx',
    'echo "npx $*" >> "$LOG"; echo "> nx run x"; echo; echo "  tmux 3.5 → 3.6"; echo; echo; echo " NX   done"',
  );
  await program('gh', 'echo "gh $*" >> "$LOG"; if [ "$2" = list ]; then cat "$OPEN"; else cat >> "$LOG"; fi');
  await writeFile(join(scratch, 'open'), '');
});
afterEach(() => rm(scratch, { recursive: true }));

/** A program that is found first. */
function program(name: string, script: string): Promise<void> {
  return writeFile(join(scratch, 'bin', name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

async function commit(message: string): Promise<string> {
  await git('add', '--all');
  await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--allow-empty', '--message', message);
  return git('rev-parse', 'HEAD');
}

async function git(...args: readonly string[]): Promise<string> {
  return (await runCommand(['git', '-C', clone, ...args])).stdout.trim();
}

/** Runs a script as a step of a job does. */
async function runScript(script: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await runCommand(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: clone,
    environment: {
      PATH: [join(scratch, 'bin'), process.env['PATH']].join(delimiter),
      LOG: join(scratch, 'log'),
      OPEN: join(scratch, 'open'),
      ...environment,
    },
  });
  return stdout;
}

const log = async () => (await readFile(join(scratch, 'log'), 'utf8')).replaceAll(scratch, '/scratch');
const VARIANTS = 'base packages/base\ncyan packages/cyan\nteal packages/teal';
const BRANCH = 'update-locks/x86_64';

it('locks those that have a lock, parents first, for each release', async () => {
  const said = await runScript(UPDATE_LOCKS, { VARIANTS, RELEASES: '44 43', ARCHITECTURE: 'x86_64' });
  expect(said).toContain('teal has no lock');
  expect(await log()).toMatchInlineSnapshot(`
   "npx nx run base:lock --configuration f44 --architecture x86_64
   npx nx run base:lock --configuration f43 --architecture x86_64
   npx nx run cyan:lock --configuration f44 --architecture x86_64
   npx nx run cyan:lock --configuration f43 --architecture x86_64
   "
  `);
});

it('leaves the commit alone when nothing is newer, and opens nothing', async () => {
  const before = await git('rev-parse', 'HEAD');
  expect(await runScript(COMMIT_LOCKS, { VARIANTS, BRANCH, ARCHITECTURE: 'x86_64' })).toBe('nothing is newer');
  expect(await runScript(OPEN_PULL_REQUEST.github, { COMMIT: before })).toBe('');
  await expect(log()).rejects.toThrow('ENOENT');
});

describe('with a newer lock', () => {
  let before: string;
  beforeEach(async () => {
    before = await git('rev-parse', 'HEAD');
    await writeFile(join(clone, 'packages/cyan/packages.lock.yaml'), 'new\n');
    await runScript(COMMIT_LOCKS, { VARIANTS, BRANCH, ARCHITECTURE: 'x86_64' });
  });

  const open = (provider: keyof typeof OPEN_PULL_REQUEST) =>
    runScript(OPEN_PULL_REQUEST[provider], {
      BRANCH,
      COMMIT: before,
      DEFAULT_BRANCH: 'main',
      REPOSITORY_URL: join(scratch, 'remote'),
    });
  const pushed = async (file: string) => readFile(join(scratch, 'remote', file), 'utf8');

  it('the commit has the list of changes of what changed', async () => {
    expect(await git('show', '--no-patch', '--format=%B')).toMatchInlineSnapshot(`
     "Take newer packages (x86_64)

     cyan

           tmux 3.5 → 3.6"
    `);
    expect(await git('show', '--name-only', '--format=')).toBe('packages/cyan/packages.lock.yaml');
  });

  it('GitHub gets the branch and a pull request with that list; the next one changes it', async () => {
    await open('github');
    expect(await pushed(`refs/heads/${BRANCH}`)).toBe(`${await git('rev-parse', 'HEAD')}\n`);
    expect((await log()).split('\n').filter((line) => !line.startsWith('npx'))).toMatchInlineSnapshot(`
     [
       "gh pr list --repo /scratch/remote --head update-locks/x86_64 --state open --json number --jq .[].number",
       "gh pr create --head update-locks/x86_64 --base main --repo /scratch/remote --title Take newer packages (x86_64) --body-file -",
       "cyan",
       "",
       "      tmux 3.5 → 3.6",
       "",
       "",
     ]
    `);
    await writeFile(join(scratch, 'open'), '7\n');
    await open('github');
    expect(await log()).toContain('gh pr edit 7 --repo');
  });

  it('Forgejo gets the commit as a pull request', async () => {
    await open('forgejo');
    expect(await pushed('refs/for/main')).toBe(`${await git('rev-parse', 'HEAD')}\n`);
    expect(await pushed('pushed')).toBe(`topic=${BRANCH}\nforce-push=true\n`);
  });

  it('GitLab gets the branch, and is told to open a merge request', async () => {
    await open('gitlab');
    expect(await pushed(`refs/heads/${BRANCH}`)).toBe(`${await git('rev-parse', 'HEAD')}\n`);
    expect(await pushed('pushed')).toBe(
      'merge_request.create\nmerge_request.target=main\nmerge_request.remove_source_branch\n',
    );
  });
});

it('git asks the environment for the token', async () => {
  const asked = await runScript("git credential fill <<< $'protocol=https\\nhost=example.org\\n'", {
    ...GIT_CREDENTIALS,
    UPDATE_TOKEN: TOKEN,
  });
  expect(asked).toContain(`password=${TOKEN}`);
});

describe('what is affected', () => {
  beforeEach(() => program('npx', 'echo "[$*]"'));

  it('is what Nx says since a commit', async () => {
    const base = await git('rev-parse', 'HEAD');
    const said = await runScript(FIND_AFFECTED, { BASE: base, HEAD: await commit('second') });
    expect(said).toContain(`--affected --base ${base} --head`);
  });

  it.each(['', '0123456789012345678901234567890123456789'])(
    'is everything since `%s`, which is no commit here',
    async (base) => {
      expect(await runScript(FIND_AFFECTED, { BASE: base, HEAD: await git('rev-parse', 'HEAD') })).not.toContain(
        '--affected',
      );
    },
  );
});

describe('workers', () => {
  const environment = {
    VARIANTS: 'base\nwide\nwide,broad\ncyan\n@org/navy',
    WORKERS: '2',
    RELEASE: '44',
    ARCHITECTURE: 'x86_64',
    BASE: '',
  };
  const runWorker = (index: number, more: Readonly<Record<string, string>> = {}) =>
    runScript(buildShare('none'), { ...environment, JOB_COMPLETION_INDEX: String(index), ...more });
  const built = async () => [...(await log()).matchAll(/run-many .*--projects (\S+)/g)].map(([, projects]) => projects);
  const affectedSince = async (projects: string) => {
    const base = await git('rev-parse', 'HEAD');
    await program('npx', `echo "npx $*" >> "$LOG"; if [ "$2" = show ]; then printf "${projects}"; fi`);
    return { REPOSITORY_URL: clone, BASE: base, COMMIT: await commit('second') };
  };

  it('each builds its share, and together they build all', async () => {
    for (const index of [0, 1]) await runWorker(index);
    expect(await built()).toEqual(['base,wide,broad,@org/navy', 'wide,cyan']);
  });

  it('more of them than variants have nothing to do', async () => {
    expect(await runWorker(5, { WORKERS: '6' })).toBe('nothing to build');
  });

  it('the share is one of what is affected since a commit, if one is given', async () => {
    const since = await affectedSince('broad\\nnavy\\ncyan\\n');
    for (const index of [0, 1]) await runWorker(index, since);
    expect(await built()).toEqual(['wide,broad', 'cyan']);
  });

  it('nothing is built or published when nothing is affected', async () => {
    const since = await affectedSince('');
    expect(await runWorker(0, since)).toBe('nothing to build');
    await runScript(publishAll('none'), { ...environment, ...since });
    expect(await built()).toEqual([]);
  });

  it('what they have built is published in its order, and no further after one that fails', async () => {
    await runScript(publishAll('none'), environment);
    const published = async () => [...(await log()).matchAll(/run (\S+):publish/g)].map(([, project]) => project);
    expect(await published()).toEqual(['base', 'wide', 'broad', 'cyan', '@org/navy']);
    await rm(join(scratch, 'log'));
    await program('npx', 'echo "npx $*" >> "$LOG"; [ "$3" != wide:publish ]');
    await expect(runScript(publishAll('none'), environment)).rejects.toThrow('exit code 1');
    expect(await published()).toEqual(['base', 'wide']);
  });
});

it.each([
  ['none', ''],
  ['read', '--no -- immutablue-nx-cache --read quay.io/someone/nx-cache -- npx '],
  ['write', '--no -- immutablue-nx-cache --write quay.io/someone/nx-cache -- npx '],
] as const)('results of Nx in a registry: %s', async (use, around) => {
  await runScript(buildAndTest(use), { NX_CACHE: 'quay.io/someone/nx-cache', PROJECTS: 'cyan' });
  expect(await log()).toContain(`npx ${around}nx run-many --targets build,test --projects cyan`);
});
