import { join, resolve } from 'node:path';
import { fingerprint, rebuildAttested, renderVerification, verifyImage, type Verification } from '@immutablue/attest';
import { DiagnosticError, print, printJson, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { parseReference, readText } from '@immutablue/oci';
import { openRegistry, type Registry } from '@immutablue/registry';
import { parsePublicKey, type PublicKey } from '@immutablue/signing';
import { createReporter } from '@immutablue/stage-runner';
import { ARCHITECTURES } from '@immutablue/variant';
import type * as z from 'zod';
import type { Run } from '../../shared/command';
import { fetchDepBuilders } from '../../shared/fetch-images';
import { planForHost } from '../../shared/host';
import { hostArchitecture } from '../../shared/left-out';
import { outputDetail } from '../../shared/output-detail';
import { variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import type { Task } from '../../shared/task';
import type { verify } from './definition';

type VerifyTask = Task<z.output<(typeof verify)['options']>>;

/** What is said of an image: what is proven, and what is not. */
interface Outcome {
  readonly verification: Verification;
  readonly rebuilt?: { readonly layers: number };
  readonly faults: readonly Diagnostic[];
}

/** Checks a published image with the public key alone, and with `--rebuild` by building it again. */
export const run: Run<typeof verify> = async (task, signal) => {
  const { options, variant } = task;
  const key = await readKey(task);
  const reference = parseReference(options.ref);
  if (reference === undefined) throw new Error('options that were checked have a reference');
  const registry = await openRegistry(reference.registry);
  let outcome: Outcome;
  try {
    const architecture = options.architecture ?? hostArchitecture() ?? ARCHITECTURES[0];
    const verification = await verifyImage({ registry, reference, variant, key, architecture, signal });
    if (!options.json) print(renderVerification(verification, key).join('\n'));
    // What is not proven says nothing of what to build.
    outcome =
      options.rebuild && verification.faults.length === 0
        ? await buildAgain(task, registry, verification, signal)
        : { verification, faults: verification.faults };
  } finally {
    await registry.close();
  }
  if (options.json) printJson(asJson(options.ref, outcome, key));
  else if (outcome.rebuilt !== undefined)
    print(`  ${'rebuilt'.padEnd(12)}all ${outcome.rebuilt.layers} layers are the same`);
  throwIfAny(outcome.faults);
};

async function buildAgain(
  task: VerifyTask,
  registry: Registry,
  verification: Verification,
  signal: AbortSignal,
): Promise<Outcome> {
  const { image, statement } = verification;
  if (statement === undefined) throw new Error('an image without faults has a provenance');
  const { release, architecture, upstream } = statement.predicate.buildDefinition.externalParameters;
  const selected = { ...task, options: { ...task.options, release, architecture, upstream } };
  const plan = await planForHost(selected);
  await fetchDepBuilders(task, plan, signal);
  const variantsDirectory = variantsDirectoryOf(task);
  const { workspaceRoot } = task;
  const variantDirectory = join(variantsDirectory, plan.variant);
  const reporter = createReporter({ workspaceRoot, variantDirectory, log: 'verify.log', detail: outputDetail() });
  try {
    return await withTaskSecrets(selected, plan, async (secrets) => {
      const rebuilt = await rebuildAttested({
        registry,
        image,
        statement,
        plan,
        workspaceRoot,
        variantsDirectory,
        secrets,
        onFailure: 'remove',
        signal,
        emit: reporter.report,
      });
      return rebuilt.kind === 'same'
        ? { verification, rebuilt: { layers: rebuilt.layers }, faults: [] }
        : { verification, faults: [rebuilt.diagnostic] };
    });
  } finally {
    await reporter.close();
  }
}

/** @throws {DiagnosticError} `attest/no-key`, `signing/wrong-key`. */
async function readKey({ workspaceRoot, plugin, options }: VerifyTask): Promise<PublicKey> {
  const file = options.key ?? plugin.signing?.publicKey;
  if (file === undefined) {
    throw new DiagnosticError({
      code: 'attest/no-key',
      message: 'there is no public key to check the image by',
      hint: 'name its file with `--key`, or in nx.json: `"signing": { "publicKey": "signing.pub" }`',
    });
  }
  const path = resolve(workspaceRoot, file);
  return parsePublicKey(await readText(path), path);
}

/** The same for programs. */
function asJson(reference: string, { verification, rebuilt, faults }: Outcome, key: PublicKey) {
  return { reference, key: `sha256:${fingerprint(key)}`, ...provenOf(verification), rebuilt, faults };
}

function provenOf({ image, signature, documents, statement, parent }: Verification): object {
  const { registry, repository, digest, imageId, layers } = image;
  return {
    image: { registry, repository, digest, imageId, layers },
    signature,
    documents,
    provenance: statement,
    parent: parent && provenOf(parent),
  };
}
