import { type DiagnosticError } from '@immutablue/diagnostics';
import variantGenerator from './generator';
import { createWorkspace } from './testing/workspace';

beforeAll(() => {
  process.env['NX_SKIP_FORMAT'] = 'true';
});
afterAll(() => {
  delete process.env['NX_SKIP_FORMAT'];
});

it('throws what Nx prints as it is: the rendered diagnostic, without a stack', async () => {
  const error = await variantGenerator(createWorkspace(), { name: 'teal', from: 'cyam' }).catch(
    (thrown: unknown) => thrown,
  );
  expect((error as Error).stack).toBeUndefined();
  expect((error as Error).message).toMatchInlineSnapshot(`
   "error[family/unknown-parent]: \`teal\` is from \`cyam\`, and there is no such variant
     hint: did you mean \`cyan\`?"
  `);
  expect(((error as Error).cause as DiagnosticError).diagnostics[0].code).toBe('family/unknown-parent');
});

it('says what to do next once the files are written', async () => {
  const tree = createWorkspace();
  tree.delete('package-lock.json');
  const whenWritten = await variantGenerator(tree, { name: 'teal', from: 'cyan' });
  const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await whenWritten();
  expect(printed.mock.calls.join('\n')).toMatchInlineSnapshot(`
   "
   teal builds as it is. Next:
     edit packages/teal/packages.yaml                   packages and services; the examples in it are commented out
     put files below packages/teal/artifacts/overrides  as they are to be in the root filesystem
     npx nx run teal:plan                               how it is built
     npx nx build teal                                  build it, its parents first
     install with your package manager                  its lock file does not know the package yet"
  `);
  printed.mockRestore();
});
