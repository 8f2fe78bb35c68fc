import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openRoot, type EffectiveEntry } from '@immutablue/overrides';
import { createPlan, type BuildPlan } from '@immutablue/plan';
import { planInput } from '@immutablue/plan/testing';
import { filesOf } from './files';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sbom-'));
});

afterEach(() => rm(root, { recursive: true }));

const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

/** A plan that places overrides and pins files, by their paths. */
function plan(variant: string, overrides: readonly string[], pinned: readonly string[] = []): BuildPlan {
  const downloads = pinned.flatMap((path) => [
    `      - name: ${path.slice(1).replaceAll('/', '-')}`,
    ...[`url: https://example.org${path}`, `sha256: ${'a'.repeat(64)}`, `path: ${path}`].map(
      (line) => `        ${line}`,
    ),
  ]);
  const packages = ['immutablue:', ...(pinned.length === 0 ? [] : ['  downloads:', '    all:', ...downloads]), ''];
  const entries = overrides.map((path) => ({
    ...{ type: 'file', path, mode: 0o644, size: 1, sha256: 'a'.repeat(64), overridden: [] },
    ...{ owner: 'root', group: 'root', hasStatedPermissions: false },
    source: `/workspace/packages/${variant}/artifacts/overrides${path}`,
    tree: { variant, directory: `/workspace/packages/${variant}/artifacts/overrides` },
  })) as unknown as EffectiveEntry[];
  const input = planInput({ packages: packages.join('\n'), upstream: 'fedora' });
  return { ...createPlan({ ...input, overrides: entries, overridesInPlace: entries }), variant };
}

it('lists what is there, with what it holds, as of the last build that placed it', async () => {
  const files = { '/etc/both': 'both', '/etc/changed': 'by a script', '/usr/bin/tool': 'tool' };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await symlink('both', join(root, 'etc/link'));
  const plans = [
    plan('base', ['/etc/both', '/etc/removed', '/etc/link'], ['/usr/bin/tool', '/usr/bin/gone']),
    plan('teal', ['/etc/changed', '/etc/both']),
  ];
  const override = (variant: string, path: string, text: string) => ({
    ...{ variant, path, source: `packages/${variant}/artifacts/overrides${path}` },
    content: { sha256: digest('sha256', text), sha1: digest('sha1', text) },
  });
  expect(await filesOf(await openRoot(root, { epochSeconds: 0 }), plans, '/workspace')).toEqual({
    overrides: [override('teal', '/etc/both', 'both'), override('teal', '/etc/changed', 'by a script')],
    downloads: [
      {
        ...{ name: 'usr-bin-tool', url: 'https://example.org/usr/bin/tool', sha256: 'a'.repeat(64) },
        ...{ path: '/usr/bin/tool', variant: 'base', line: 'packages/teal/packages.yaml:4' },
        content: { sha256: digest('sha256', 'tool'), sha1: digest('sha1', 'tool') },
      },
    ],
  });
});
