import { formatFiles, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { print } from '@immutablue/diagnostics';
import { readPluginOptions } from '../../shared/settings';
import { shownByNx } from '../shown-by-nx';
import { createPublishJobs } from './pipeline/create-pipeline';
import { SECRET } from './render/container';
import { renderTekton, TEKTON_PIPELINES, TEKTON_RUNS } from './render/tekton';
import { readVariants } from './write-workflows';

/** The generator `nx g @immutablue/nx:tekton`: writes the manifests; run it again after a change of variants or of nx.json. */
export default async function tektonGenerator(tree: Tree): Promise<GeneratorCallback> {
  try {
    const options = readPluginOptions(readNxJson(tree) ?? {});
    for (const [path, text] of renderTekton(createPublishJobs({ ...readVariants(tree), options }))) {
      tree.write(path, text);
    }
    await formatFiles(tree);
    return () => {
      print(NEXT_STEPS);
    };
  } catch (error) {
    throw shownByNx(error, tree.root);
  }
}

const NEXT_STEPS = `
There are manifests for Tekton. Next, in a namespace of their own:
  kubectl create secret generic ${SECRET} --from-file=…   its keys are those that the Tasks name
  kubectl apply --server-side -f ${TEKTON_PIPELINES}
  kubectl create -f ${TEKTON_RUNS}   with the repository and the commit that are to be built`;
