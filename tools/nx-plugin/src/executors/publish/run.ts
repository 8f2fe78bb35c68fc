import { join } from 'node:path';
import { DiagnosticError, formatBytes, print, startHeartbeat, throwIfAny } from '@immutablue/diagnostics';
import { isLoopback, parseReference, requireBuildHost, writeAtomically } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import {
  eventText,
  followedTag,
  imageName,
  planPublication,
  publicationText,
  publish as publishImage,
  repositoryOf,
  type Destination,
  type Occasion,
  type Publication,
  type PublishEvent,
  type PublishRequest,
} from '@immutablue/publish';
import { KEY_VARIABLE, readSigningKey, type SigningKey } from '@immutablue/signing';
import { readFamily, readPlan, readPublicKey } from '@immutablue/stage-runner';
import {
  checkImageName,
  lineageOf,
  type Family,
  type ImageSettings,
  type Release,
  type Variant,
} from '@immutablue/variant';
import type * as z from 'zod';
import type { Run } from '../../shared/command';
import { fetchBuiltImage } from '../../shared/fetch-images';
import { planRequestOf, variantsDirectoryOf } from '../../shared/plan';
import type { Task } from '../../shared/task';
import type { publish } from './definition';

/** Publishes a variant's image, or says what that would do. */
export const run: Run<typeof publish> = async (task, signal) => {
  const planned = planRequestOf(task);
  const plan = await readPlan(planned);
  const settings = { ...task.plugin, registry: task.options.registry ?? task.plugin.registry };
  const family = await readFamily(variantsDirectoryOf(task));
  const variant = family.variant(task.variant);
  const destination = destinationOf(variant, settings);
  refuseLabImages(plan, destination);
  await requireBuildHost();
  await fetchBuiltImage(task, plan, signal);
  const key = await signingKeyOf(task);
  const { reporter, emit } = createProgress();
  const request: PublishRequest = {
    plan,
    planned,
    variantsDirectory: variantsDirectoryOf(task),
    destination,
    siblings: siblingsOf(family, variant).map((one) => destinationOf(one, settings).repository),
    parent: parentOf(family, variant, settings, plan.release),
    compression: settings.compression,
    key,
    bundles: task.plugin.signing?.bundles === true ? 'published' : 'left-out',
    tags: { variant, release: plan.release, settings, occasion: occasionOf(task), date: new Date() },
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

function occasionOf({ options }: Task<z.output<(typeof publish)['options']>>): Occasion {
  return options.pullRequest === undefined
    ? { kind: 'release' }
    : { kind: 'pull-request', number: options.pullRequest };
}

/** The parents, the nearest first, then the rest of the family. */
function siblingsOf(family: Family, variant: Variant): readonly Variant[] {
  const lineage = [...lineageOf(family, variant)].reverse();
  return [...lineage, ...family.variants.filter((one) => !lineage.includes(one))];
}

/** Where hosts follow the variant that another one stands on. */
function parentOf(
  family: Family,
  { from }: Variant,
  settings: ImageSettings,
  release: Release,
): PublishRequest['parent'] {
  if (from.kind === 'upstream') return undefined;
  const parent = family.variant(from.name);
  return {
    repository: destinationOf(parent, settings).repository,
    tag: followedTag({ variant: parent, settings, release }),
  };
}

/** What was published, for what comes after it. */
async function writeRecord(task: Task<unknown>, { published, tagging, image }: Publication): Promise<void> {
  const content = { ...published, imageId: image.id, tags: tagging.tags.map(({ tag }) => tag) };
  const file = join(variantsDirectoryOf(task), task.variant, 'dist', 'publish.json');
  await writeAtomically(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Where an image goes: the registry and namespace, and its place there. */
function destinationOf(variant: Variant, settings: ImageSettings): Destination {
  const name = repositoryOf(variant, settings);
  throwIfAny(checkImageName(name));
  const destination = parseReference(name);
  if (destination !== undefined) return { host: destination.registry, repository: destination.repository };
  throw new DiagnosticError({
    code: 'publish/not-a-registry',
    message: `\`${settings.registry}\` is not a registry with a namespace`,
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
