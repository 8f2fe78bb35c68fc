import type { RootFilesystem } from '@immutablue/overrides';
import type { PlanCheck } from '../../check';
import type { InspectContext } from '../../context';
import type { Finding } from '../../finding';
import { isFile } from '../../look';
import { overridesOf } from '../../plan-steps';
import { withoutPackage } from '../../rpm';
import { CONTENT_RULES, type ContentRule } from './rules';

export const secrets: PlanCheck = {
  kind: 'plan',
  name: 'secrets',
  title: 'own layers hold no keys, passwords or tokens',
  run: (context) => findContent(context, 'secrets'),
};

export const leftovers: PlanCheck = {
  kind: 'plan',
  name: 'leftovers',
  title: 'own layers hold no caches, logs or identity of a machine',
  run: (context) => findContent(context, 'leftovers'),
};

/** Keys and lists of tokens are small: what is larger is not searched for them. */
const SEARCHED_BYTES = 1024 * 1024;

/** The files of own layers that a rule is about; in each layer, because what is deleted in a later one is still there. */
async function findContent(context: InspectContext, check: ContentRule['check']): Promise<Finding[]> {
  const rules = CONTENT_RULES.filter((rule) => rule.check === check);
  const findings: Finding[] = [];
  const inQuestion: { readonly path: string; readonly finding: Finding }[] = [];
  for (const { path, type, size } of (await context.ownLayers()).flatMap(({ entries }) => entries)) {
    if (type !== 'file') continue;
    for (const { what, content } of rules.filter((rule) => rule.path.test(path))) {
      const finding: Finding = { path, message: `\`${path}\` is ${what}` };
      if (content === 'any' || (content === 'non-empty' && size > 0)) findings.push(finding);
      if (!(content instanceof RegExp) || size > SEARCHED_BYTES) continue;
      if (await holds(context.root, path, content)) inQuestion.push({ path, finding: holding(path, what) });
    }
  }
  const ofPackages = await pathsOfPackages(
    context,
    inQuestion.map(({ path }) => path),
  );
  return [...findings, ...inQuestion.filter(({ path }) => !ofPackages.has(path)).map(({ finding }) => finding)];
}

function holding(path: string, what: string): Finding {
  return { path, message: `\`${path}\` holds ${what}` };
}

async function holds(root: RootFilesystem, path: string, pattern: RegExp): Promise<boolean> {
  // A file that a later layer deletes is a matter of its own.
  if (!(await isFile(root, path))) return false;
  return pattern.test((await root.readFile(path)).toString('latin1'));
}

/** Those of the files that belong to a package and are no overrides: they are public, examples and test data mostly. */
async function pathsOfPackages(context: InspectContext, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const own = new Set<string>(overridesOf(context.plan).map(({ path }) => path));
  const others = paths.filter((path) => !own.has(path));
  const ofNone = await withoutPackage(context, '--file', others);
  return new Set(others.filter((path) => !ofNone.has(path)));
}
