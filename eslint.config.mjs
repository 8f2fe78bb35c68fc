import { createRequire } from 'node:module';
import { join } from 'node:path';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const require = createRequire(import.meta.url);
const root = import.meta.dirname;
const { load } = require('./tools/workspace/load.cjs');
const rooms = load(join(root, 'tools/workspace/src/rooms.ts')).readRooms(root);

/** A room may import from those that its package.json names; the tests of a variant from what tests share. */
const depConstraints = [
  ...rooms.map(({ name, dependencies }) => constraint(`scope:${name}`, dependencies)),
  constraint(
    'type:image',
    rooms.filter(({ name }) => name === 'testing').flatMap((room) => [room, ...room.dependencies]),
  ),
];

function constraint(sourceTag, dependencies) {
  return { sourceTag, onlyDependOnLibsWithTags: dependencies.map(({ name }) => `scope:${name}`) };
}

export default tseslint.config(
  { ignores: ['**/dist', '.nx', '.immutablue', '**/node_modules', 'tools/nx-plugin/src/generators/*/files'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs', '*.cjs', 'tools/setup/*.mjs', 'tools/bench/*.mjs'] },
        tsconfigRootDir: root,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      eqeqeq: 'error',
      // As one object, zod brings its messages in fifty languages into whatever is compiled: each task loads that.
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'] > :not(ImportNamespaceSpecifier, Literal)",
          message: "Write `import * as z from 'zod'`.",
        },
        {
          selector:
            "CallExpression[callee.object.object.name='process'][callee.object.property.name=/^std(out|err)$/][callee.property.name='write']",
          message: 'Use `print` of @immutablue/diagnostics, which lets nothing from outside act on a terminal.',
        },
      ],
      // An index signature is read as one: `environment['CI']` may be absent.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      // Imports go one way: see CONTRIBUTING.md.
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          // These have no index: what tests share, and what the benchmark shares with the end-to-end tests.
          allow: [String.raw`^(\.\./)+testing/`, String.raw`^(\.\./)+e2e/support/`],
          depConstraints,
        },
      ],
    },
  },
  {
    // What is printed goes through `print` of libs/diagnostics, which lets nothing from outside act on a terminal.
    files: ['libs/**/*.ts', 'tools/**/*.ts'],
    ignores: ['**/*.spec.ts', 'tools/bench/**', 'libs/diagnostics/src/terminal/print.ts'],
    rules: { 'no-console': 'error' },
  },
  // Jest's asymmetric matchers are typed `any`.
  { files: ['**/*.spec.ts', 'e2e/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  { files: ['**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
