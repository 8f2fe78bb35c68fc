import { exitCodeOf } from '@immutablue/diagnostics';
import { CommandError, renderArgv, runCommand, tryCommand } from './process';

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

  it('recognises a full disk', async () => {
    await expect(
      runCommand(['bash', '-c', 'echo "write x: no space left on device" >&2; exit 1']),
    ).rejects.toMatchObject({
      diagnostics: [{ code: 'oci/no-space' }],
    });
  });

  it('names a program that is not there', async () => {
    await expect(runCommand(['no-such-program'])).rejects.toMatchObject({
      diagnostics: [{ code: 'host/missing-tool', message: '`no-such-program` is not installed on this machine' }],
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
    // `kill -0` succeeds only for a process that is still there.
    expect((await tryCommand(['bash', '-c', `kill -0 ${lines[0] ?? ''}`])).exitCode).not.toBe(0);
  });

  it('reports death by a signal as shells do', async () => {
    expect((await tryCommand(['bash', '-c', 'kill -9 $$'])).exitCode).toBe(137);
  });
});

describe('renderArgv', () => {
  it('quotes only what a shell would take apart', () => {
    expect(renderArgv(['buildah', 'run', '--', 'echo', 'a b', `it's`])).toBe(`buildah run -- echo 'a b' 'it'\\''s'`);
  });
});
