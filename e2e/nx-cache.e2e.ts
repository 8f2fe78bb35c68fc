import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry as RegistryServer } from '@immutablue/lab';
import {
  findManifest,
  IMAGE_MANIFEST,
  listTags,
  openRegistry,
  putManifest,
  toManifest,
  type Registry,
} from '@immutablue/registry';
import { generateKeyPair } from '@immutablue/signing';
import { startWithResults, writeNxJson, type Place } from './support/nx-cache';

/** Results of Nx tasks in a registry on loopback: with a client that asks as others may. */
let scratch: string;
let server: RegistryServer;
let registry: Registry;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'e2e-nx-cache-'));
  await writeNxJson(scratch, {});
  server = await startRegistry(createLabContext({ workspaceRoot: scratch }), { directory: join(scratch, 'registry') });
  registry = await openRegistry(server.address);
});

afterAll(async () => {
  await registry.close();
  await server.stop();
  await rm(scratch, { recursive: true });
});

const startWith = (options: readonly string[], command: readonly string[], place: Place = plain()) =>
  startWithResults(options, command, place);

/** A workspace without keys. */
function plain(environment: Readonly<Record<string, string>> = {}): Place {
  return {
    cwd: scratch,
    environment: { PATH: process.env['PATH'] ?? '', HOME: scratch, TMPDIR: scratch, ...environment },
  };
}

const at = (repository: string) => `${server.address}/${repository}`;

/** The answers to requests such as `PUT 1 content`, `GET 1`, in the way of Nx; what was given is said, too. */
async function ask(options: readonly string[], requests: readonly string[], place?: Place): Promise<Asked> {
  const script = `
    const [url, token] = [process.env.NX_SELF_HOSTED_REMOTE_CACHE_SERVER, process.env.NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN];
    (async () => {
      for (const request of process.argv.slice(1)) {
        const [method, hash, body, ...other] = request.split(' ');
        const authorization = other.join(' ') || 'Bearer ' + token;
        const answer = await fetch(url + '/v1/cache/' + hash, { method, headers: { authorization }, ...(method === 'PUT' ? { body } : {}) });
        console.log('=', answer.status, await answer.text());
      }
    })();`;
  const { exitCode, output } = await startWith(options, [process.execPath, '-e', script, ...requests], place).outcome;
  const lines = output.split('\n').filter((line) => line !== '');
  const isAnswer = (line: string) => line.startsWith('= ');
  return {
    exitCode,
    answers: lines.filter(isAnswer).map((line) => line.slice(2).trim()),
    log: lines.filter((line) => !isAnswer(line)).map((line) => line.replaceAll(server.address, 'HOST')),
  };
}

interface Asked {
  readonly exitCode: number;
  readonly answers: readonly string[];
  readonly log: readonly string[];
}

describe('a client', () => {
  it('gets what was kept, which stays', async () => {
    const written = ['--write', at('kept')] as const;
    expect(await ask(written, ['GET 1', 'PUT 1 one', 'PUT 1 other', 'GET 1'])).toEqual({
      exitCode: 0,
      answers: ['404', '200', '409', '200 one'],
      log: ['nx-cache: 1 result of tasks taken, 1 kept'],
    });
    expect((await ask(['--read', at('kept')], ['GET 1', 'PUT 2 two', 'GET 2'])).answers).toEqual([
      '200 one',
      '403',
      '404',
    ]);
    expect(await listTags(registry.repository('kept'))).toEqual(['nx-1']);
  });

  it('is refused without the token', async () => {
    const foreign = `Bearer ${'x'.repeat(43)}`;
    const requests = [`PUT 1 one ${foreign}`, 'PUT 1 one Bearer', `GET 1 - ${foreign}`, 'GET 1 - Basic eDp4'];
    const { answers } = await ask(['--write', at('token')], requests);
    expect(answers).toEqual(['401', '401', '401', '401']);
    expect(await listTags(registry.repository('token'))).toEqual([]);
  });

  it.each([
    ['of a task that leaves an image', 'a'.repeat(80)],
    ['with a path', '..%2fother'],
    ['of other characters', 'nx:1'],
    ['that is too long', '1'.repeat(101)],
    ['that is none', ''],
  ])('gets and leaves nothing under a hash %s', async (_what, hash) => {
    const { answers, exitCode } = await ask(['--write', at('hashes')], [`PUT ${hash} one`, `GET ${hash}`]);
    expect([exitCode, ...answers]).toEqual([0, '403', '404']);
    expect(await listTags(registry.repository('hashes'))).toEqual([]);
  });

  it('of a pull request takes trusted results and its own, and changes no others', async () => {
    await ask(['--write', at('trusted')], ['PUT 1 trusted']);
    const pull = ['--read', at('trusted'), '--write', at('pull-7')] as const;
    expect((await ask(pull, ['PUT 1 poison', 'PUT 2 poison', 'GET 1', 'GET 2'])).answers).toEqual([
      '200',
      '200',
      '200 trusted',
      '200 poison',
    ]);
    expect(await listTags(registry.repository('trusted'))).toEqual(['nx-1']);
    expect((await ask(['--read', at('trusted')], ['GET 1', 'GET 2'])).answers).toEqual(['200 trusted', '404']);
  });
});

describe('where results are signed', () => {
  const keys = generateKeyPair(undefined);
  let signed: Place;
  let reader: Place;

  beforeAll(async () => {
    const cwd = join(scratch, 'signed');
    await mkdir(cwd);
    await writeFile(join(cwd, 'signing.pub'), keys.publicKey);
    await writeNxJson(cwd, { signing: { publicKey: 'signing.pub' } });
    reader = { ...plain(), cwd };
    signed = { ...plain({ IMMUTABLUE_SIGNING_KEY: keys.privateKey }), cwd };
  });

  it('those by the key count', async () => {
    expect((await ask(['--write', at('signed')], ['PUT 1 one', 'PUT 1 one'], signed)).answers).toEqual(['200', '409']);
    expect((await ask(['--read', at('signed')], ['GET 1'], reader)).answers).toEqual(['200 one']);
  });

  it('those without count as not there, until a signed one takes their place', async () => {
    await ask(['--write', at('unsigned')], ['PUT 1 poison']);
    expect(await ask(['--read', at('unsigned')], ['GET 1'], reader)).toEqual({
      exitCode: 0,
      answers: ['404'],
      log: [
        'nx-cache: warning: `HOST/unsigned:nx-1` is not signed: it is not taken',
        'nx-cache: 0 results of tasks taken, 0 kept',
      ],
    });
    expect((await ask(['--write', at('unsigned')], ['PUT 1 one', 'GET 1'], signed)).answers).toEqual([
      '200',
      '200 one',
    ]);
  });

  it('those that were moved to another hash, or whose content was exchanged, count as not there', async () => {
    await ask(['--write', at('moved')], ['PUT 1 one', 'PUT 2 two'], signed);
    const moved = registry.repository('moved');
    const [one, two] = await Promise.all(['nx-1', 'nx-2'].map((tag) => findManifest(moved, tag)));
    if (one === undefined || two === undefined) throw new Error('both were kept');
    await putManifest(moved, one, 'nx-3');
    const digestIn = (manifest: typeof one) =>
      /"layers":.*?(?<digest>sha256:\w{64})/.exec(manifest.bytes.toString())?.groups?.['digest'] ?? '';
    const exchanged = two.bytes.toString().replace(digestIn(two), digestIn(one));
    await putManifest(moved, toManifest(Buffer.from(exchanged), IMAGE_MANIFEST), 'nx-2');
    const { answers, log } = await ask(['--read', at('moved')], ['GET 1', 'GET 2', 'GET 3'], reader);
    expect(answers).toEqual(['200 one', '404', '404']);
    const why = 'is not signed by the key of this workspace, or was changed since: it is not taken';
    expect(log.slice(0, 2)).toEqual([
      `nx-cache: warning: \`HOST/moved:nx-2\` ${why}`,
      `nx-cache: warning: \`HOST/moved:nx-3\` ${why}`,
    ]);
  });

  it('a content that is another one in the registry counts as not there', async () => {
    await ask(['--write', at('damaged')], ['PUT 1 0123456789', 'PUT 2 two'], signed);
    const hex = createHash('sha256').update('0123456789').digest('hex');
    const file = join(scratch, 'registry/images/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    await writeFile(file, '012345678X');
    const { answers, log } = await ask(['--read', at('damaged')], ['GET 1', 'GET 2'], reader);
    expect(answers).toEqual(['404', '200 two']);
    expect(log[0]).toContain('is not that blob: its digest is sha256:');
  });

  it.each([
    ['no key', plain(), 'signing/no-key'],
    ['another key', plain({ IMMUTABLUE_SIGNING_KEY: generateKeyPair(undefined).privateKey }), 'signing/wrong-key'],
  ] as const)('nothing runs that could keep them with %s', async (_what, place, code) => {
    const { exitCode, answers, log } = await ask(['--write', at('none')], ['GET 1'], { ...place, cwd: signed.cwd });
    expect([exitCode, answers]).toEqual([2, []]);
    expect(log[0]).toContain(`error[${code}]`);
  });
});

describe('the command', () => {
  it.each([
    [7, ['sh', '-c', 'exit 7']],
    [143, ['sh', '-c', 'kill -TERM $$']],
    [127, ['no-such-program']],
  ])('ends with %i: %s', async (code, command) => {
    const { exitCode } = await startWith(['--read', at('kept')], command).outcome;
    expect(exitCode).toBe(code);
  });

  it('gets signals, and leaves nothing behind', async () => {
    const script =
      'trap "echo cleaned up; exit 3" TERM; echo "$NX_SELF_HOSTED_REMOTE_CACHE_SERVER" > url; echo ready; while :; do sleep 0.1; done';
    const program = startWith(['--read', at('kept')], ['bash', '-c', script]);
    await program.says(/^ready/m);
    process.kill(program.pid, 'SIGTERM');
    const { exitCode, output } = await program.outcome;
    expect([exitCode, output]).toEqual([3, expect.stringContaining('cleaned up')]);
    await expectNothingLeft();
  });

  it('ends when its wrapper is killed', async () => {
    const program = startWith(
      ['--read', at('kept')],
      ['bash', '-c', 'trap "echo cleaned up; exit" TERM; echo ready; while :; do sleep 0.1; done'],
    );
    await program.says(/^ready/m);
    process.kill(program.pid, 'SIGKILL');
    expect((await program.outcome).output).toContain('cleaned up');
    for (const name of await leftFolders()) await rm(join(scratch, name), { recursive: true });
  });

  it.each([
    [[], 'the repository is missing that has results of tasks'],
    [
      ['--read', 'nx-cache'],
      'the option `--read`: a repository of a registry is missing, like `quay.io/immutablue/nx-cache`',
    ],
    [['--write', 'quay.io/immutablue/nx-cache:44'], 'the option `--write`: a repository of a registry is missing'],
    [['--reed', 'quay.io/immutablue/nx-cache'], 'there is no option `--reed`'],
    [['nx', 'test'], 'expected an option, found `nx`'],
  ])('does not run with %p', async (options, message) => {
    const { exitCode, output } = await startWith(options, ['echo', 'it ran']).outcome;
    expect([exitCode, output]).toEqual([2, expect.stringContaining(`error[options/wrong]: ${message}`)]);
    expect(output).not.toContain('it ran');
  });
});

async function leftFolders(): Promise<readonly string[]> {
  return (await readdir(scratch)).filter((name) => name.includes('nx-cache'));
}

async function expectNothingLeft(): Promise<void> {
  expect(await leftFolders()).toEqual([]);
  const url = (await readFile(join(scratch, 'url'), 'utf8')).trim();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
}
