import { formatFiles, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { DiagnosticError, print } from '@immutablue/diagnostics';
import { parseOptions } from '@immutablue/executor';
import * as z from 'zod';
import { readPluginOptions } from '../../shared/settings';
import { shownByNx } from '../shown-by-nx';
import { createWorkers } from './pipeline/create-pipeline';
import { SECRET } from './render/container';
import { KUBERNETES_BUILD, KUBERNETES_PUBLISH, renderKubernetes } from './render/kubernetes';
import { readVariants } from './write-workflows';

const kubernetesOptions = z.strictObject({ workers: z.coerce.number().int().min(1).max(1000).default(4) });

/** The generator `nx g @immutablue/nx:kubernetes`: writes the manifests; run it again after a change of variants or of nx.json. */
export default async function kubernetesGenerator(
  tree: Tree,
  given: z.input<typeof kubernetesOptions>,
): Promise<GeneratorCallback> {
  try {
    const { workers } = parseOptions(kubernetesOptions, given);
    const options = readPluginOptions(readNxJson(tree) ?? {});
    if (options.signing === undefined) throw notSigned();
    for (const [path, text] of renderKubernetes(createWorkers({ ...readVariants(tree), options }, workers))) {
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

/** Workers have nothing in common but the registry. */
function notSigned(): DiagnosticError {
  return new DiagnosticError({
    code: 'cache/not-configured',
    message:
      'workers would share nothing: a build takes from the registry only what is signed, and nx.json names no key',
    hint: '`nx g @immutablue/nx:signing` makes one',
  });
}

const NEXT_STEPS = `
There are manifests for Kubernetes. Next, in a namespace of their own:
  kubectl create secret generic ${SECRET} --from-file=…   its keys are those that the Jobs name
  edit ${KUBERNETES_BUILD} and ${KUBERNETES_PUBLISH}   <repository> and <commit>
  jobs=$(kubectl create -f ${KUBERNETES_BUILD} -o name)
  kubectl wait --for=condition=complete --timeout=24h $jobs && kubectl create -f ${KUBERNETES_PUBLISH}`;
