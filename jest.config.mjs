import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const base = JSON.parse(readFileSync(join(import.meta.dirname, 'tsconfig.base.json'), 'utf8'));

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
  transformIgnorePatterns: ['node_modules/(?:typescript|prettier|zod|yaml|nx|@nx)/'],
  moduleNameMapper: {
    ...Object.fromEntries(
      Object.entries(base.compilerOptions.paths).map(([name, [source]]) => [
        `^${name}$`,
        join(import.meta.dirname, source),
      ]),
    ),
    // Exported under the `import` condition alone, which Jest's resolver does not ask for.
    '^unicorn-magic$': join(import.meta.dirname, 'node_modules/unicorn-magic/node.js'),
  },
  modulePathIgnorePatterns: ['/dist/', '/\\.nx/', '/\\.immutablue/'],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    'diagnostics',
    'executor',
    'variant',
    'overrides',
    'oci',
    'plan',
    'stage-runner',
    'containerfile',
    'junit',
    'inspect',
    'boot',
  ]
    .map((name) => unit(`libs/${name}`))
    .concat([
      unit('tools/nx-plugin'),
      unit('tools/lab'),
      unit('tools/bench'),
      unit('tools/workspace'),
      variants(['asahi', 'kuberblue', 'nucleus', 'trueblue']),
      {
        ...shared,
        displayName: 'base-runtime',
        rootDir: join(import.meta.dirname, 'packages/base/tests'),
        testMatch: ['<rootDir>/**/*.spec.ts'],
      },
      {
        ...shared,
        displayName: 'testing',
        rootDir: join(import.meta.dirname, 'testing'),
        testMatch: ['<rootDir>/**/*.spec.ts'],
      },
      {
        ...shared,
        displayName: 'e2e',
        rootDir: join(import.meta.dirname, 'e2e'),
        testMatch: ['<rootDir>/**/*.e2e.ts'],
        setupFilesAfterEnv: ['<rootDir>/support/set-timeout.ts'],
      },
    ]),
};

/** The programs in the images of variants, run in a scratch tree. */
function variants(names) {
  return {
    ...shared,
    displayName: 'variants',
    rootDir: join(import.meta.dirname, 'packages'),
    testMatch: names.map((name) => `<rootDir>/${name}/tests/**/*.spec.ts`),
  };
}

/** Unit specs stand beside the source that they are about. */
function unit(directory) {
  return {
    ...shared,
    displayName: directory.split('/').at(-1),
    rootDir: join(import.meta.dirname, directory),
    testMatch: ['<rootDir>/src/**/*.spec.ts'],
  };
}
