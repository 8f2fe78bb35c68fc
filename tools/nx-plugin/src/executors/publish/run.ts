import { join } from 'node:path';
import { DiagnosticError, formatBytes, print, startHeartbeat, throwIfAny } from '@immutablue/diagnostics';
import { isLoopback, parseReference, requireBuildHost, writeAtomically } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import {
  eventText,
  imageName,
  planPublication,
  publicationText,
  publish as publishImage,
  type Destination,
  type Publication,
  type PublishEvent,
  type PublishRequest,
} from '@immutablue/publish';
import { KEY_VARIABLE, readSigningKey, type SigningKey } from '@immutablue/signing';
import { readFamily, readPublicKey } from '@immutablue/stage-runner';
import { checkImageName, lineageOf } from '@immutablue/variant';
import type { Run } from '../../shared/command';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import type { Task } from '../../shared/task';
import type { publish } from './definition';

/** Publishes a variant's image, or says what that would do. */
export const run: Run<typeof publish> = async (task, signal) => {
  const plan = await planOfTask(task);
  const destination = destinationOf(plan, task.options.registry ?? task.plugin.registry);
  refuseLabImages(plan, destination);
  await requireBuildHost();
  const key = await signingKeyOf(task);
  const { reporter, emit } = createProgress();
  const request: PublishRequest = {
    plan,
    workspaceRoot: task.workspaceRoot,
    variantsDirectory: variantsDirectoryOf(task),
    destination,
    siblings: await siblingsOf(task, destination),
    compression: 'gzip',
    key,
    chooseTags: () => [plan.release],
    describe: () => Promise.resolve([]),
    emit,
    signal,
  };
  try {
    if (task.options.dryRun) {
      print(publicationText(await planPublication(request)).join('\n'));
      return;
    }
    print(`publishing ${plan.variant} to ${destination.host}/${destination.repository}`);
    const publication = await publishImage(request);
    await writeRecord(task, publication);
    print(`published ${imageName(publication.published)}`);
  } finally {
    reporter.stop();
  }
};

/** Events as lines, and now and then how much of a large layer was sent. */
function createProgress() {
  let sending: Extract<PublishEvent, { kind: 'sending' }> | undefined;
  const reporter = startHeartbeat((seconds) => {
    const { layer, bytes } = sending ?? {};
    const sent =
      layer === undefined || bytes === undefined ? '' : `: ${formatBytes(bytes)} of ${formatBytes(layer.packed.size)}`;
    print(`  still at it after ${seconds} s${sent}`);
  });
  const emit = (event: PublishEvent) => {
    sending = event.kind === 'sending' ? event : undefined;
    const text = eventText(event);
    if (text === undefined) return;
    reporter.beat();
    print(text);
  };
  return { reporter, emit };
}

/** The key to sign with, where nx.json names the public one. @throws {DiagnosticError} `signing/…`. */
async function signingKeyOf({ workspaceRoot, plugin }: Task<unknown>): Promise<SigningKey | undefined> {
  const wanted = await readPublicKey({ workspaceRoot, settings: plugin });
  if (wanted === undefined) return undefined;
  const key = await readSigningKey(process.env);
  if (key.publicKey.pem === wanted.publicKey) return key;
  throw new DiagnosticError({
    code: 'signing/wrong-key',
    message: `${KEY_VARIABLE} holds another key than that of \`${plugin.signing?.publicKey ?? ''}\`, by which hosts check images`,
    hint: 'they would refuse what it signs: set it to the private key that belongs to the public one',
  });
}

/** The repositories of the parents, the nearest first, then of the rest of the family. */
async function siblingsOf(task: Task<unknown>, { repository }: Destination): Promise<readonly string[]> {
  const family = await readFamily(variantsDirectoryOf(task));
  const namespace = repository.slice(0, repository.lastIndexOf('/'));
  const lineage = [...lineageOf(family, family.variant(task.variant))].reverse();
  const rest = family.variants.filter((variant) => !lineage.includes(variant));
  return [...lineage, ...rest].map(({ imageName: name }) => `${namespace}/${name}`);
}

/** What was published, for what comes after it. */
async function writeRecord(task: Task<unknown>, { published, tags, image }: Publication): Promise<void> {
  const content = { ...published, imageId: image.id, tags: tags.map(({ tag }) => tag) };
  const file = join(variantsDirectoryOf(task), task.variant, 'dist', 'publish.json');
  await writeAtomically(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Where the image goes: the registry and namespace, the image's own name. */
function destinationOf(plan: BuildPlan, registry: string): Destination {
  const name = plan.reference.slice(plan.reference.lastIndexOf('/') + 1).replace(/:.*$/, '');
  throwIfAny(checkImageName(`${registry}/${name}`));
  const destination = parseReference(`${registry}/${name}`);
  if (destination !== undefined) return { host: destination.registry, repository: destination.repository };
  throw new DiagnosticError({
    code: 'publish/not-a-registry',
    message: `\`${registry}\` is not a registry with a namespace`,
    hint: 'like `quay.io/immutablue` or `127.0.0.1:5000/immutablue`',
  });
}

/** A stand-in must never be taken for the real image. */
function refuseLabImages(plan: BuildPlan, { host }: Destination): void {
  if (plan.upstream !== 'lab' || isLoopback(host)) return;
  throw new DiagnosticError({
    code: 'publish/not-loopback',
    message: `\`${plan.reference}\` was built on the lab and may only be published to a registry on this machine, not to \`${host}\``,
    hint: `for a try: \`--registry=127.0.0.1:5000/immutablue\`; for the real image: \`npx nx run ${plan.variant}:publish -c f${plan.release}\``,
  });
}
