import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const scopes = {
  diagnostics: [],
  variant: ['diagnostics'],
  overrides: ['diagnostics'],
  executor: ['diagnostics'],
  oci: ['diagnostics'],
  plan: ['diagnostics', 'variant', 'overrides'],
  'stage-runner': ['diagnostics', 'variant', 'overrides', 'oci', 'plan'],
  containerfile: ['diagnostics', 'variant', 'overrides', 'oci', 'plan', 'stage-runner'],
  junit: [],
  inspect: ['diagnostics', 'variant', 'overrides', 'oci', 'plan', 'stage-runner', 'junit'],
  boot: ['diagnostics', 'variant', 'overrides', 'oci', 'plan', 'stage-runner', 'junit'],
  'nx-plugin': [
    'diagnostics',
    'executor',
    'variant',
    'overrides',
    'oci',
    'plan',
    'stage-runner',
    'containerfile',
    'inspect',
    'boot',
  ],
  lab: ['diagnostics', 'executor', 'variant', 'oci'],
  workspace: ['executor', 'oci', 'nx-plugin', 'lab'],
};

export default tseslint.config(
  { ignores: ['**/dist', '.nx', '.immutablue', '**/node_modules', '**/files/**'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs', '*.cjs', 'tools/setup/*.mjs', 'tools/bench/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
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
      ],
      // An index signature is read as one: `environment['CI']` may be absent.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      // DESIGN: imports go one way. Each library has one `scope:` tag and lists the scopes that it may import.
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          // What the tests of the variants' programs share; it is part of no variant.
          allow: ['../../../testing/scratch-machine'],
          depConstraints: Object.entries(scopes).map(([scope, allowed]) => ({
            sourceTag: `scope:${scope}`,
            onlyDependOnLibsWithTags: allowed.map((name) => `scope:${name}`),
          })),
        },
      ],
    },
  },
  // Jest's asymmetric matchers are typed `any`.
  { files: ['**/*.spec.ts', 'e2e/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  { files: ['**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
