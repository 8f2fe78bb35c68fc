import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRooms, readVariantTests, type Room } from '../rooms';
import { roomFiles } from './room-files';

const WORKSPACE = resolve(__dirname, '../../../..');

function read(path: string) {
  const file = join(WORKSPACE, path);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined;
}

it.each([...roomFiles({ rooms: readRooms(WORKSPACE), tests: readVariantTests(WORKSPACE), read })])(
  '%s is what the package.json of rooms say: `npx nx sync` writes it',
  (path, content) => {
    expect(read(path)).toEqual(content);
  },
);

describe('a family of rooms', () => {
  const room = (name: string, dependencies: readonly Room[] = []): Room => ({
    name,
    packageName: `@x/${name}`,
    directory: `libs/${name}`,
    dependencies,
    isImportable: true,
    sharesTesting: name === 'plan',
    reads: [],
  });
  const diagnostics = room('diagnostics');
  const plan = room('plan', [diagnostics]);
  const report = room('report');
  const inspect = room('inspect', [plan, report]);
  const plugin = room('nx-plugin', [plan, inspect]);
  const files = roomFiles({
    rooms: [diagnostics, plan, report, inspect, plugin],
    tests: [],
    read: (path) =>
      path === 'nx.json'
        ? { plugins: ['other', { plugin: 'ours', options: { lab: 'lab', builders: [] } }] }
        : undefined,
  });

  it('splits code in what builds images and what only looks at them', () => {
    expect(files.get('nx.json')).toEqual({
      plugins: [
        'other',
        {
          plugin: 'ours',
          options: { lab: 'lab', builders: ['diagnostics', 'plan', 'nx-plugin'], inspectors: ['report', 'inspect'] },
        },
      ],
    });
  });

  it('tells TypeScript where packages are, and what they share with the specs of others', () => {
    expect(files.get('tsconfig.base.json')).toEqual({
      compilerOptions: {
        paths: expect.objectContaining({
          '@x/plan': ['./libs/plan/src/index.ts'],
          '@x/plan/testing': ['./libs/plan/src/testing/index.ts'],
        }),
      },
    });
    expect(files.get('libs/inspect/tsconfig.spec.json')).toMatchObject({
      references: [
        { path: './tsconfig.lib.json' },
        { path: '../plan/tsconfig.lib.json' },
        { path: '../report/tsconfig.lib.json' },
        { path: '../plan/tsconfig.spec.json' },
      ],
    });
  });
});
