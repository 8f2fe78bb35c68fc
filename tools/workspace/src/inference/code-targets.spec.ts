import { roomTargets, variantTestsTargets, type CodeFolder } from './code-targets';

const room: CodeFolder = { name: 'plan', directory: 'libs/plan', hasTypes: true, hasSpecs: true, reads: [] };

it.each([
  ['a room with types and specs', room, ['lint', 'typecheck', 'test']],
  ['a room without specs', { ...room, hasSpecs: false }, ['lint', 'typecheck']],
  ['a room of plain JavaScript', { ...room, hasSpecs: false, hasTypes: false }, ['lint']],
])('infers what there is to check of %s', (_, given, expected) => {
  expect(Object.keys(roomTargets(given, []))).toEqual(expected);
});

it('runs again what reads a file that changes', () => {
  const { lint, typecheck, test } = roomTargets({ ...room, reads: ['family', 'docs/disk.md'] }, ['base', 'cyan']);
  for (const target of [lint, typecheck, test]) {
    expect(target).toMatchObject({ cache: true });
    expect(target?.inputs).toEqual(
      expect.arrayContaining(['default', '^default', '{workspaceRoot}/package-lock.json']),
    );
  }
  expect(test?.inputs).toContainEqual({ input: 'default', projects: ['base', 'cyan'] });
  expect(test?.inputs).toContain('{workspaceRoot}/docs/disk.md');
  expect(lint?.inputs).toContain('{workspaceRoot}/eslint.config.mjs');
});

it('leaves `test` of a variant to what looks into its image', () => {
  const tests = { ...room, name: 'teal', directory: 'packages/teal/tests' };
  const { specs, lint, typecheck, ...others } = variantTestsTargets(tests, ['testing', 'oci']);
  expect(others).toEqual({});
  // The programs that the specs run are files of the variant; ESLint and TypeScript see its tests alone.
  expect(specs?.inputs).toContain('default');
  for (const target of [lint, typecheck]) expect(target?.inputs).not.toContain('default');
  expect(typecheck?.inputs).toContainEqual({ input: 'default', projects: ['testing', 'oci'] });
});
