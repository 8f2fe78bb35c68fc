import { join } from 'node:path';
import { exitCodeOf, renderError } from '@immutablue/diagnostics';
import { CommandError, runCommand, tryCommand } from './process';

describe('the proxies of this machine', () => {
  const PROXIES = {
    http_proxy: 'http://me:hunter2@proxy:3128',
    HTTPS_PROXY: 'http://me:hunter2@proxy:3128',
    all_proxy: 'socks5h://me:hunter2@proxy',
    ftp_proxy: 'proxy',
    NO_PROXY: 'example.org',
    npm_config_https_proxy: 'http://me:hunter2@proxy:3128',
    npm_config_noproxy: '',
  };
  beforeEach(() => {
    Object.assign(process.env, PROXIES);
  });
  afterEach(() => {
    for (const name of Object.keys(PROXIES)) Reflect.deleteProperty(process.env, name);
  });

  it.each([
    ['withheld', {}, 0],
    ['withheld', { proxies: 'withheld' }, 0],
    ['passed', { proxies: 'passed' }, Object.keys(PROXIES).length],
  ] as const)('are %s with %j', async (_, options, expected) => {
    const { stdout } = await runCommand(['env'], options);
    expect(stdout.split('\n').filter((line) => /proxy=/i.test(line))).toHaveLength(expected);
    expect(stdout).toContain('PATH=');
  });

  it('can be set by those who run a program', async () => {
    const { stdout } = await runCommand(['env'], { environment: { http_proxy: 'http://other' } });
    expect(stdout).toContain('http_proxy=http://other');
  });

  it('are told by no message', async () => {
    const failing = runCommand(['bash', '-c', 'echo $http_proxy; exit 1', PROXIES.http_proxy], { proxies: 'passed' });
    const rendered = await failing.catch((error: unknown) => renderError(error, { root: '/', colors: 'never' }));
    expect(rendered).toContain('http://***@proxy:3128');
    expect(rendered).not.toContain('hunter2');
  });
});

it('programs see neither secrets of builds nor the key that signs', async () => {
  const SECRETS = {
    IMMUTABLUE_SECRET_A: 'hunter2',
    IMMUTABLUE_SIGNING_KEY: 'hunter2',
    IMMUTABLUE_SIGNING_PASSWORD: 'hunter2',
  };
  Object.assign(process.env, SECRETS);
  try {
    expect((await runCommand(['env'])).stdout).not.toContain('hunter2');
  } finally {
    for (const name of Object.keys(SECRETS)) Reflect.deleteProperty(process.env, name);
  }
});

describe('programs of administrators', () => {
  const { PATH } = process.env;
  beforeEach(() => {
    process.env['PATH'] = '/usr/bin:/bin';
  });
  afterEach(() => {
    process.env['PATH'] = PATH;
  });

  it.each([{}, { parentDeathSignal: 'KILL' }] as const)(
    'are found outside of the search path, with %j',
    async (options) => {
      expect((await runCommand(['ldconfig', '--version'], options)).stdout).toContain('ldconfig');
    },
  );
});

describe('runCommand', () => {
  it('gives standard output and passes arguments as they are', async () => {
    const { stdout } = await runCommand(['printf', '%s|', 'a b', '$HOME', `it's`]);
    expect(stdout).toBe(`a b|$HOME|it's|`);
  });

  it('streams lines of both streams while the command runs', async () => {
    const lines: string[] = [];
    await runCommand(['bash', '-c', 'echo one; echo two >&2'], {
      onLine: (line, stream) => lines.push(`${stream}:${line}`),
    });
    expect(lines.sort()).toEqual(['stderr:two', 'stdout:one']);
  });

  it('throws with the command and its last lines', async () => {
    const failing = runCommand(['bash', '-c', 'seq 1 100; exit 7']);
    await expect(failing).rejects.toThrow(CommandError);
    await expect(failing).rejects.toMatchObject({ result: { exitCode: 7, tail: expect.arrayContaining(['100']) } });
    await expect(failing).rejects.not.toMatchObject({ result: { tail: expect.arrayContaining(['1']) } });
  });

  it.each([
    ['write x: no space left on device', 'exit 1'],
    ['cp: error writing: No space left on device', 'seq 1 100; exit 1'],
    ['  At least 12MB more space needed on the / filesystem.', 'exit 1'],
  ])('recognises a full disk, whatever else is printed: %s', async (line, then) => {
    await expect(runCommand(['bash', '-c', `echo '${line}' >&2; ${then}`])).rejects.toMatchObject({
      diagnostics: [{ code: 'oci/no-space', notes: [expect.stringContaining('bash'), line] }],
    });
  });

  it('names a program that is not there', async () => {
    await expect(runCommand(['no-such-program'])).rejects.toMatchObject({
      diagnostics: [{ code: 'host/missing-tool', message: '`no-such-program` is not installed on this machine' }],
    });
  });

  it('says how to install a program that it asks for itself', async () => {
    const missing = runCommand(['buildah', '--version'], { environment: { PATH: '/nonexistent' } });
    await expect(missing).rejects.toMatchObject({
      diagnostics: [{ code: 'host/missing-tool', hint: expect.stringContaining('apt-get install buildah') }],
    });
  });

  it('stops the whole process group when it is told to', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const running = runCommand(['bash', '-c', 'sleep 600 & echo $!; wait'], {
      signal: controller.signal,
      onLine: (line) => {
        lines.push(line);
        controller.abort();
      },
    });
    const error: unknown = await running.catch((thrown: unknown) => thrown);
    expect(exitCodeOf(error)).toBe(130);
    // The system takes a moment to take the process away; if it were not stopped it would sleep for ten minutes.
    let state = 'running';
    for (let attempt = 0; attempt < 50 && state === 'running'; attempt += 1) {
      state = await stateOf(lines[0] ?? '');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(state).toBe('ended');
  });

  it('stops a command whose signal fires before the command has started', async () => {
    const controller = new AbortController();
    const running = runCommand(['sleep', '600'], { signal: controller.signal, outputFile: '/dev/null' });
    controller.abort();
    await expect(running).rejects.toMatchObject({ diagnostics: [{ code: 'build/interrupted' }] });
  });

  it('ends with this process when it is told to', async () => {
    const module = join(__dirname, 'process');
    const script = `
      const { runCommand } = require(${JSON.stringify(module)});
      const onLine = (line) => { console.log(line); process.kill(process.pid, 'SIGKILL'); };
      void runCommand(['bash', '-c', 'echo $$; exec sleep 600'], { parentDeathSignal: 'TERM', onLine });
    `;
    const { stdout } = await tryCommand(['node', '--require', '@swc-node/register', '--eval', script], {
      environment: { SWC_NODE_PROJECT: join(__dirname, '..', '..', '..', '..', 'tsconfig.base.json') },
    });
    expect(stdout).toMatch(/^\d+$/);
    expect((await tryCommand(['ps', '-o', 'stat=', '-p', stdout])).stdout).toMatch(/^(Z.*)?$/);
  });

  it('reports death by a signal as shells do', async () => {
    expect((await tryCommand(['bash', '-c', 'kill -9 $$'])).exitCode).toBe(137);
  });
});

/** A zombie has ended too: it only waits for its parent to ask. proc_pid_stat(5). */
async function stateOf(pid: string): Promise<'running' | 'ended'> {
  const { stdout } = await tryCommand(['cat', `/proc/${pid}/stat`]);
  return stdout === '' || stdout.slice(stdout.lastIndexOf(')') + 2).startsWith('Z') ? 'ended' : 'running';
}
