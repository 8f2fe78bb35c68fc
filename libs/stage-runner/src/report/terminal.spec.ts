import { createReporter } from '.';
import type { BuildEvent } from './event';

const EVENTS: readonly BuildEvent[] = [
  { kind: 'waiting', message: 'another build uses the package cache' },
  { kind: 'stage-started', stage: '30-install-packages', steps: 1 },
  { kind: 'step-started', stage: '30-install-packages', purpose: 'install 12 packages' },
  { kind: 'output', stage: '30-install-packages', line: '\u001b[32mComplete!\u001b[0m' },
  { kind: 'stage-finished', stage: '30-install-packages', steps: 1, milliseconds: 12_345 },
];

async function written(isTTY: boolean | undefined, environment: Record<string, string>): Promise<string> {
  let text = '';
  const stream = { isTTY, columns: 80, write: (chunk: string) => (text += chunk) };
  const reporter = createReporter({ stream, environment });
  for (const event of EVENTS) reporter.report(event);
  await reporter.close();
  return text;
}

describe('createReporter', () => {
  it('says on a terminal what is going on, below the lines', async () => {
    const text = await written(true, {});
    expect(text.replaceAll('\r\u001b[K', '<')).toMatchInlineSnapshot(`
     "another build uses the package cache
     waiting  0 s<[30-install-packages] install packages
     waiting  0 s<[30-install-packages] install packages  0 s<[30-install-packages] - install 12 packages
     [30-install-packages] install packages  0 s<[30-install-packages] install 12 packages  0 s<[30-install-packages] done in 12 s
     [30-install-packages] install 12 packages  0 s  Complete!<"
    `);
  });

  it.each([
    ['a pipe', undefined, {}, false],
    ['CI', true, { CI: 'true' }, true],
    ['GitHub Actions', true, { GITHUB_ACTIONS: 'true' }, true],
    ['CI=false in a pipe', false, { CI: 'false' }, false],
  ])('writes nothing but lines in %s', async (_, isTTY, environment, hasGroups) => {
    const text = await written(isTTY, environment);
    expect(text).not.toMatch(/[\r\u001b]/u);
    expect(text.includes('::group::')).toBe(hasGroups);
    expect(text).toContain('\n[30-install-packages] - install 12 packages\n[30-install-packages]   | Complete!\n');
  });
});
