import { readNxJson, updateNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { print, renderTable, type Column } from '@immutablue/diagnostics';
import { parseOptions } from '@immutablue/executor';
import { KEY_VARIABLE, PASSWORD_VARIABLE } from '@immutablue/signing';
import * as z from 'zod';
import { CI_PROVIDERS, type CiProvider } from '../../shared/ci-settings';
import { executorPackage } from '../../shared/executor-package';
import { readPluginOptions, withPluginOptions } from '../../shared/settings';
import { shownByNx } from '../shown-by-nx';
import { VARIABLES } from './pipeline/variables';
import { GITLAB_FILE, GITLAB_MAIN_FILE } from './render/gitlab';
import { writeWorkflows } from './write-workflows';

const ciOptions = z.strictObject({ provider: z.enum(CI_PROVIDERS) });

/**
 * The generator `nx g @immutablue/nx:ci`: writes the setting and the workflows, and has `nx sync` keep them up to date.
 *
 * @returns what Nx calls when the files are written: it says what to do next.
 */
export default async function ciGenerator(tree: Tree, options: z.input<typeof ciOptions>): Promise<GeneratorCallback> {
  try {
    const { provider } = parseOptions(ciOptions, options);
    const nxJson = readNxJson(tree) ?? {};
    const { ci } = readPluginOptions(nxJson);
    // Labels of runners are those of one provider.
    const kept =
      ci?.provider === provider ? ci : { ...(ci?.nxCache === undefined ? {} : { nxCache: ci.nxCache }), provider };
    const generators = nxJson.sync?.globalGenerators ?? [];
    const sync = `${executorPackage(tree.root)}:ci-sync`;
    updateNxJson(tree, {
      ...withPluginOptions(nxJson, { ci: kept }),
      sync: { ...nxJson.sync, globalGenerators: generators.includes(sync) ? generators : [...generators, sync] },
    });
    const includes = provider === 'gitlab' ? includeOnGitlab(tree) : 'included';
    await writeWorkflows(tree);
    return () => {
      print(nextSteps(provider, includes));
    };
  } catch (error) {
    throw shownByNx(error, tree.root);
  }
}

/** GitLab reads one file, which a workspace may have for jobs of its own. */
function includeOnGitlab(tree: Tree): 'included' | 'to-include' {
  if (tree.exists(GITLAB_MAIN_FILE)) {
    return tree.read(GITLAB_MAIN_FILE, 'utf8')?.includes(GITLAB_FILE) === true ? 'included' : 'to-include';
  }
  tree.write(GITLAB_MAIN_FILE, `include:\n  - local: ${GITLAB_FILE}\n`);
  return 'included';
}

const COLUMN: Column = { title: '', align: 'left' };

function nextSteps(provider: CiProvider, includes: 'included' | 'to-include'): string {
  const steps = [
    ...(includes === 'included'
      ? []
      : [[`edit ${GITLAB_MAIN_FILE}`, `include the file: \`include: [{ local: ${GITLAB_FILE} }]\``] as const]),
    [`set ${VARIABLES.registryUser}`, 'a secret of the CI, unless it has the registry itself; with the next one'],
    [`set ${VARIABLES.registryPassword}`, 'who may push images'],
    [`set ${KEY_VARIABLE}`, `where images are signed; with ${PASSWORD_VARIABLE}, if the key has one`],
    [
      `set ${VARIABLES.updateToken}`,
      provider === 'github' ? 'who opens pull requests, so that these are tested' : 'who opens them',
    ],
    ['npx nx sync', 'after a change of variants or of nx.json; `nx sync:check` tells when'],
  ] as const;
  const lines = renderTable([COLUMN, COLUMN], steps);
  return ['', `There are workflows for ${provider}. Next:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
