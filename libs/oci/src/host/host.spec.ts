import { renderDiagnostic } from '@immutablue/diagnostics';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTool, hasSubordinateIds, parseVersion, requireArchitecture } from './host';

describe('checkTool', () => {
  it('says what to install when a tool is missing', async () => {
    const [fault] = await checkTool({ program: 'no-such-tool', packages: { apt: 'a-package', dnf: 'd-package' } });
    expect(fault && renderDiagnostic(fault, { root: '/', colors: 'never' })).toMatchInlineSnapshot(`
"error[host/missing-tool]: \`no-such-tool\` is not installed on this machine
  hint: install it with \`apt-get install a-package\` or \`dnf install d-package\`"
`);
  });

  it('says what version is needed when a tool is too old', async () => {
    const [fault] = await checkTool({ program: 'bash', packages: { apt: 'bash', dnf: 'bash' }, minimum: [99, 1] });
    expect(fault?.message).toMatch(/^`bash` is \d+\.\d+, at least 99\.1 is needed$/);
  });

  it('accepts a tool that is new enough', async () => {
    expect(await checkTool({ program: 'bash', packages: { apt: 'bash', dnf: 'bash' }, minimum: [3, 0] })).toEqual([]);
  });
});

describe('parseVersion', () => {
  it.each([
    ['buildah version 1.28.2 (image-spec 1.0.2-dev, runtime-spec 1.0.2-dev)', [1, 28]],
    ['skopeo version 1.18.0', [1, 18]],
    ['nothing here', undefined],
  ])('%s', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });
});

describe('hasSubordinateIds', () => {
  const user = { uid: 1000, name: 'builder' };
  it.each([
    ['builder:100000:65536', true],
    ['other:1:1\n1000:100000:65536\n', true],
    ['builder:100000:1000', false],
    ['builders:100000:65536', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(hasSubordinateIds(text, user)).toBe(expected);
  });
});

describe('requireArchitecture', () => {
  const [own, foreign] = process.arch === 'arm64' ? (['arm64', 'amd64'] as const) : (['amd64', 'arm64'] as const);
  const format = foreign === 'arm64' ? 'qemu-aarch64' : 'qemu-x86_64';
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'binfmt-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it("needs nothing for this machine's own architecture", async () => {
    await expect(requireArchitecture(own, directory)).resolves.toBeUndefined();
  });

  it('accepts an enabled emulator', async () => {
    await writeFile(join(directory, format), 'enabled\ninterpreter /usr/bin/qemu\n');
    await expect(requireArchitecture(foreign, directory)).resolves.toBeUndefined();
  });

  it.each(['disabled\n', undefined])('says how to get an emulator when it is %j', async (content) => {
    if (content !== undefined) await writeFile(join(directory, format), content);
    await expect(requireArchitecture(foreign, directory)).rejects.toMatchObject({
      diagnostics: [{ code: 'host/no-emulation', hint: expect.stringContaining(`update-binfmts --enable ${format}`) }],
    });
  });
});
