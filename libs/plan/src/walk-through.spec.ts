import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import * as ts from 'typescript';
import type { kindOf as kindOfStep, Step } from './steps/registry';

// The section "A new kind of step, in one file" of CONTRIBUTING.md, done as it says in a copy of this library.

const WORKSPACE = resolve(__dirname, '../../..');
const NEW_KIND = 'libs/plan/src/steps/make-link.ts';
const REGISTRY = 'libs/plan/src/steps/registry.ts';
const PROPERTIES = ['purpose', 'reads', 'inputs', 'print', 'run', 'containerfile', 'duration', 'repositories'];

let root: string;
let section: string;
/** What the compiler says of the copy: `<file>:<line>: <message>`. */
let faults: string[];

beforeAll(async () => {
  const document = await readFile(join(WORKSPACE, 'CONTRIBUTING.md'), 'utf8');
  section = /^## A new kind of step, in one file\n(.*?)^## /ms.exec(document)?.[1] ?? '';
  root = await mkdtemp(join(tmpdir(), 'immutablue-walk-through-'));
  await cp(__dirname, join(root, 'libs/plan/src'), { recursive: true });
  await symlink(join(WORKSPACE, 'node_modules'), join(root, 'node_modules'));
  const code = codeOf(NEW_KIND);
  await writeFile(join(root, NEW_KIND), code);
  await writeFile(join(root, REGISTRY), withLines(await readFile(join(root, REGISTRY), 'utf8')));
  for (const property of PROPERTIES) await writeFile(join(root, forgetful(property)), withoutProperty(property, code));
  faults = compile([NEW_KIND, REGISTRY, 'libs/plan/src/index.ts', ...PROPERTIES.map(forgetful)]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The code block of the section that begins with the name of this file. */
function codeOf(file: string): string {
  const block = [...section.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)].find(([, name]) => name === file);
  return block?.[2] ?? '';
}

/** The registry with the lines that the section's diff adds, each after the line before it there. */
function withLines(registry: string): string {
  const diff = /^```diff\n(.*?)^```/ms.exec(section)?.[1] ?? '';
  return [...diff.matchAll(/^ (.+)\n\+(.+)\n/gm)].reduce((text, [, before = '', added = '']) => {
    const [head = '', ...tail] = text.split(`${before}\n`);
    expect(tail).toHaveLength(1);
    return `${head}${before}\n${added}\n${tail.join('')}`;
  }, registry);
}

/** The same kind, with a property forgotten. */
function forgetful(property: string): string {
  return `libs/plan/src/steps/without-${property}.ts`;
}

function withoutProperty(name: string, code: string): string {
  const source = ts.createSourceFile(NEW_KIND, code, ts.ScriptTarget.Latest, true);
  const kind = source.statements.find(ts.isVariableStatement)?.declarationList.declarations[0]?.initializer;
  if (kind === undefined || !ts.isObjectLiteralExpression(kind)) throw new Error(`${NEW_KIND} has no kind`);
  const property = kind.properties.find((one) => one.name?.getText() === name);
  if (property === undefined) throw new Error(`the kind has no ${name}`);
  return `${code.slice(0, property.getFullStart())}${code.slice(property.end).replace(/^,/, '')}`;
}

/** What is wrong with the files, and with those of the copy that they import. */
function compile(files: readonly string[]): string[] {
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(
    {
      extends: join(WORKSPACE, 'tsconfig.base.json'),
      compilerOptions: { composite: false, declaration: false, declarationMap: false, noEmit: true },
      files,
    },
    ts.sys,
    root,
  );
  expect(errors).toEqual([]);
  const program = ts.createProgram(fileNames, options);
  const sources = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${root}/libs/`));
  return sources.flatMap((file) =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((fault) => {
      const text = ts.flattenDiagnosticMessageText(fault.messageText, ' ');
      const { line } = file.getLineAndCharacterOfPosition(fault.start ?? 0);
      // What TypeScript takes the kind for is long, and of no interest.
      return `${relative(root, file.fileName)}:${line + 1}: ${text.replace(/'\{ .*' but/, "'{ … }' but")}`;
    }),
  );
}

it('is complete with one file and its line in the registry', () => {
  expect(codeOf(NEW_KIND)).not.toBe('');
  expect(faults.filter((fault) => !fault.includes('/without-'))).toEqual([]);
});

it.each(PROPERTIES)('has the compiler name what is forgotten: %s', (property) => {
  const said = /^libs\/.*: Property 'print' is missing.*$/m.exec(section)?.[0] ?? '';
  expect(faults).toContain(said.replace(NEW_KIND, forgetful(property)).replace("'print'", `'${property}'`));
});

it('says of its steps what the text says', async () => {
  const { kindOf } = (await import(join(root, REGISTRY))) as { readonly kindOf: typeof kindOfStep };
  const [, path, target] =
    /^const step: Step = \{ kind: 'make-link', path: '(.*)', target: '(.*)' \};$/m.exec(section) ?? [];
  const step = { kind: 'make-link', path, target } as unknown as Step;
  const kind = kindOf(step);
  expect(kind.reads(step)).toEqual({ trees: [], paths: ['/etc', '/etc/localtime'] });
  expect(kind.inputs(step)).toEqual([
    { noun: 'link', name: '/etc/localtime', value: target, writes: '/etc/localtime' },
  ]);
  const action = kind.containerfile(step, 1);
  expect(section).toContain(`\`\`\`bash\n${action.kind === 'lines' ? action.lines.join('\n') : ''}\n\`\`\``);
});
