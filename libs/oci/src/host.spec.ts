import { renderDiagnostic } from '@immutablue/diagnostics';
import { checkTool, hasSubordinateIds, parseVersion } from './host';

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

  it('is content with what is there', async () => {
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
