import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = import.meta.dirname;
const { load } = createRequire(import.meta.url)('./tools/workspace/load.cjs');
const { readRooms, readVariantTests } = load(join(root, 'tools/workspace/src/rooms.ts'));
const base = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'));

/** What unit and end-to-end tests share: swc as the compiler, and the workspace's own libraries from their sources. */
const shared = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.[cm]?[tj]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // execa and what it stands on are published as ES modules only: Jest's CommonJS runtime needs them compiled.
  transformIgnorePatterns: ['node_modules/(?:typescript|prettier|undici|zod|yaml|nx|@nx)/'],
  moduleNameMapper: {
    ...Object.fromEntries(
      Object.entries(base.compilerOptions.paths).map(([name, [source]]) => [`^${name}$`, join(root, source)]),
    ),
    // Exported under the `import` condition alone, which Jest's resolver does not ask for.
    '^unicorn-magic$': join(root, 'node_modules/unicorn-magic/node.js'),
    '^@actions/expressions$': join(root, 'node_modules/@actions/expressions/dist/index.js'),
  },
  modulePathIgnorePatterns: ['/dist/', '/\\.nx/', '/\\.immutablue/'],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    ...readRooms(root)
      .filter(({ name }) => name !== 'e2e')
      .map(({ name, directory }) => specs(name, directory)),
    // The programs in the images of variants, run in a scratch tree.
    ...readVariantTests(root).map(({ variant, directory }) => specs(variant, directory)),
    {
      ...shared,
      displayName: 'e2e',
      rootDir: join(root, 'e2e'),
      testMatch: ['<rootDir>/**/*.e2e.ts'],
      setupFilesAfterEnv: ['<rootDir>/support/set-timeout.ts'],
    },
  ],
};

/** Specs stand beside the source that they are about. */
function specs(displayName, directory) {
  return { ...shared, displayName, rootDir: join(root, directory), testMatch: ['<rootDir>/**/*.spec.ts'] };
}
