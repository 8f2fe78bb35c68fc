import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { osRelease, requireSignatures, secretsOf, withSignedRegistry } from '@immutablue/plan';

/** The functions of an export and the code of the runner do the same in two languages: here they are compared. */
const FUNCTIONS = join(__dirname, '..', 'scripts', 'functions.sh');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'functions-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function call(content: string, ...words: readonly string[]): Promise<string> {
  const file = join(directory, 'file');
  writeFileSync(file, content);
  const [name = '', ...rest] = words;
  await runCommand(['bash', '-c', 'source "$1"; "${@:2}"', 'bash', FUNCTIONS, name, file, ...rest]);
  return readFileSync(file, 'utf8');
}

it.each([
  '{"default":[{"type":"insecureAcceptAnything"}]}',
  '{"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker":{"quay.io/é":[{"type":"reject"}]}}}',
  '{"transports":{"docker":{"quay.io/a":[{"type":"reject"}]}},"default":[{"type":"reject"}]}',
])('ask_for_signatures changes the same as the runner: %s', async (text) => {
  expect(await call(text, 'ask_for_signatures', 'quay.io/a', '/etc/a.pub')).toBe(
    withSignedRegistry(text, 'quay.io/a', '/etc/a.pub'),
  );
});

describe('require_signatures', () => {
  it.each([
    ['a section without it', '[a]\nname=A\n'],
    ['one that has it turned off', '[a]\ngpgcheck=0\nname=A\n'],
    ['one of two', '# first\n[a]\nGPGCheck = Yes\n\n[b]\nname=B\ngpgcheck: no\nenabled=1'],
    ['nothing to change', '[a]\ngpgcheck=1\n[b]\n gpgcheck = true\r\n'],
    ['no line break at the end', '[a]\ngpgcheck=1'],
    ['a heading with a comment, and keys alike', '[a] # x\nrepo_gpgcheck=1\ngpgcheck=false'],
  ])('changes the same as the runner: %s', async (_, text) => {
    expect(await call(text, 'require_signatures')).toBe(requireSignatures(text).text);
  });

  it.each([
    '[a]\nbaseurl=https://me:hunter2@example.org/',
    '[a]\n# https://hunter2@example.org/',
    '[a]\nbaseurl=https://example.org/?release=44&access_token=hunter2',
    '[a]\ngpgkey=https://example.org/key#X-Amz-Signature=hunter2',
    '[a]\nproxy_password = hunter2',
  ])('refuses a secret, as the runner does, and does not tell it: %j', async (text) => {
    expect(secretsOf(text)).toHaveLength(1);
    const refused = call(text, 'require_signatures');
    await expect(refused).rejects.toThrow();
    await expect(refused).rejects.not.toMatchObject({ result: { tail: [expect.stringContaining('hunter2')] } });
  });

  it.each([
    '[a]\nmetalink=https://example.org/metalink?repo=fedora-$releasever&arch=$basearch\ngpgcheck=1\n',
    '[a]\nname=My password\npassword=\nusername = \ngpgcheck=1\n',
    '[a]\nbaseurl=https://example.org/@scope/?monkey=1\ngpgcheck=1\n',
  ])('takes what has none, as the runner does: %j', async (text) => {
    expect(secretsOf(text)).toEqual([]);
    expect(await call(text, 'require_signatures')).toBe(text);
  });

  it('refuses what is not a repository definition', async () => {
    await expect(call('<html>\n', 'require_signatures')).rejects.toThrow();
  });
});

describe('write_os_release', () => {
  const identity = { name: 'My "OS"', id: 'immutablue', variant: 'teal', imageName: 'immutablue-teal', release: '44' };

  it.each([
    ['an empty file', ''],
    ['Fedora', 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=44\nOSTREE_VERSION=\'44.1\'\nHOME_URL="https://a/?b=$c"\n'],
    ['a parent variant', 'ID=immutablue\nID_LIKE="fedora rhel"\nQUOTED="a \\"b\\" \\\\ \\$c `d`"\nBACK=\'a\\b\'\n'],
    ['comments and spaces', '# x\n\n  ID=debian  \nID=debian2\nBROKEN\nEMPTY=\nNO_NEWLINE="1 2"'],
  ])('writes the same as the runner: %s', async (_, text) => {
    const { name, id, variant, imageName, release } = identity;
    const written = await call(text, 'write_os_release', name, id, variant, imageName, release, '1767225600');
    expect(written).toBe(osRelease(text, identity, 1767225600));
  });
});

describe('transaction', () => {
  const run = (allowed: string, output: readonly string[], exit = 0) =>
    runCommand([
      ...(['bash', '-c', 'source "$1"; transaction "${@:2}"', 'bash', FUNCTIONS, allowed] as const),
      ...['bash', '-c', 'printf "%s\\n" "${@:2}"; exit "$1"', 'bash', String(exit), ...output],
    ]);

  it.each([
    ['rpm', 'warning: %post(my-tool-1.0-2.fc44.noarch) scriptlet failed, exit status 7'],
    ['rpm, by a signal', 'warning: %triggerin(my-tool-1.0-2.fc44.noarch) scriptlet failed, signal 9'],
    ['Lua in rpm', 'lua script failed: [string "%post(my-tool-1.0-2.fc44.noarch)"]:1: no such file'],
    ['dnf 4', 'Error in POSTIN scriptlet in rpm package my-tool-1.0-2.fc44.noarch'],
    ['dnf 5', '>>> Non-critical error in %post scriptlet: my-tool-1.0-2.fc44.noarch'],
  ])('fails where a scriptlet has failed, in the words of %s, unless that is allowed', async (_, line) => {
    const output = ['Running transaction', line, 'Complete!'];
    await expect(run('', output)).rejects.toMatchObject({
      result: { tail: expect.arrayContaining([`error: a scriptlet of my-tool failed: ${line}`]) },
    });
    await expect(run('my tool my-tool-1.0', output)).rejects.toThrow();
    expect((await run('other my-tool', output)).stdout).toBe(output.join('\n'));
  });

  it('fails as its command does, and is quiet about one without a failed scriptlet', async () => {
    await expect(run('', ['no such package'], 3)).rejects.toMatchObject({ result: { exitCode: 3 } });
    await expect(run('', ['Running scriptlet: my-tool-1.0-2.fc44.noarch'])).resolves.toMatchObject({ exitCode: 0 });
  });
});
