import { DiagnosticError, throwIfAny } from '@immutablue/diagnostics';
import { storeLock, takeLocks, withWorkingFolder, type Compression, type Digest } from '@immutablue/oci';
import { asksForSignature, type BuildPlan } from '@immutablue/plan';
import {
  openRegistry,
  putManifest,
  sourceOfBytes,
  uploadBlob,
  type Manifest,
  type Registry,
  type Repository,
} from '@immutablue/registry';
import type { SigningKey } from '@immutablue/signing';
import { openLedger, type PlanRequest } from '@immutablue/stage-runner';
import { signatureStatement, statementBytes } from '@immutablue/attest';
import { findParentImage, putProvenance, readProvenance } from './attest';
import { putBundles } from './bundles';
import { releaseNoteOf, sbomsOf } from './documents/describe';
import { putDocuments, type Document } from './documents/document';
import type { PublishEvent } from './event';
import { withHost, type Host } from './gate/host';
import { readBuiltImage, type BuiltImage } from './image/built-image';
import { descriptorOf, imageManifest } from './image/manifest';
import { findLayers } from './layers/find-layers';
import type { PlannedLayer } from './layers/model';
import { createPacker, type Packer } from './layers/pack';
import { sendLayers } from './layers/send-layers';
import type { Destination, PublishedImage } from './model';
import { putSignature } from './sign';
import { moveTags } from './tags/move-tags';
import { planTagging, requireUnmoved, type TagChoice, type Tagging } from './tags/tagging';

export interface PublishRequest {
  readonly plan: BuildPlan;
  /** What the plan was made of. */
  readonly planned: PlanRequest;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly destination: Destination;
  /** Repositories of the same registry that may have layers of the image, the likeliest first. */
  readonly siblings: readonly string[];
  /** Where hosts follow the variant that the image stands on. */
  readonly parent: { readonly repository: string; readonly tag: string } | undefined;
  readonly compression: Compression;
  /** Without one, images are not signed. */
  readonly key: SigningKey | undefined;
  /** Whether signature and provenance are also there in the form that cosign writes since version 3. */
  readonly bundles: 'published' | 'left-out';
  readonly tags: TagChoice;
  readonly emit: (event: PublishEvent) => void;
  readonly signal: AbortSignal;
}

/** What a publication does: what `--dry-run` prints. */
export interface Publication {
  readonly image: BuiltImage;
  readonly published: PublishedImage;
  readonly layers: readonly PlannedLayer[];
  readonly tagging: Tagging;
}

/** Looks what a publication would do. Nothing is changed. @throws as {@link publish} does. */
export function planPublication(request: PublishRequest): Promise<Publication> {
  return withPreparation(request, ({ publication }) => Promise.resolve(publication));
}

/**
 * Publishes the image that `dist/image.json` names, in an order in which nothing half-published can be seen: layers, image by its
 * digest, documents, provenance, signature; then a host that runs the image pulls it under its own policy; and only then tags. It can
 * be repeated after any failure: what is there is not sent again.
 *
 * @returns what was published, with the tags that now stand for it.
 * @throws {DiagnosticError} `publish/…`, `registry/…`, `signing/…`, `sbom/…`, `attest/…`, `oci/…`, `build/interrupted`.
 */
export function publish(request: PublishRequest): Promise<Publication> {
  const { destination, key, emit, signal } = request;
  return withPreparation(request, async (prepared) => {
    const { publication, repository } = prepared;
    const { image } = publication;
    const layers = await sendImage(request, prepared);
    const manifest = manifestOf(image, layers);
    const published = { ...destination, digest: manifest.digest };
    emit({ kind: 'image-stored', image: published });
    const documents = await describe(request, prepared, published, manifest);
    if (key === undefined) emit({ kind: 'unsigned' });
    else await vouch(request, prepared, { published, manifest, documents }, key);

    for (let tries = 1; ; tries++) {
      const tagging = await planTagging(repository, request.tags, manifest, image.config, signal);
      requireUnmoved(repository, publication.tagging.tags, tagging.tags, published.digest);
      try {
        await tagChecked(request, prepared, published, tagging);
        return { image, published, layers, tagging };
      } catch (error) {
        // Another machine has published the image of another platform: that belongs into the same index.
        const isMoved = error instanceof DiagnosticError && error.diagnostics[0].code === 'publish/tag-moved';
        if (!isMoved || tries === TRIES) throw error;
      }
    }
  });
}

/** How often tags are read and moved again, when they have been moved in between. */
const TRIES = 5;

/** Has a host look at what the tags are to stand for, and then moves them. */
async function tagChecked(
  { destination, key, bundles, emit, signal }: PublishRequest,
  { repository, host }: Preparation,
  published: PublishedImage,
  tagging: Tagging,
): Promise<void> {
  const top = { ...destination, digest: tagging.top.digest };
  if (top.digest !== published.digest) {
    await putManifest(repository, tagging.top, top.digest, signal);
    if (key !== undefined) await putSignature(repository, top, key, signal);
    if (key !== undefined && bundles === 'published') {
      const subject = descriptorOf(tagging.top);
      await putBundles(repository, subject, [signatureStatement(top.digest)], key, signal);
    }
  }
  emit({ kind: 'checking', image: top });
  await host.pull(top);
  emit({ kind: 'checked' });
  const onMoved = ({ tag, digest }: Tagging['tags'][number]) => {
    emit({ kind: 'tagged', destination, tag, before: digest });
  };
  await moveTags(repository, tagging.top, tagging.tags, onMoved, signal);
}

/** Layers, configuration and manifest. Nothing names them yet. @returns the layers as they were sent. */
async function sendImage(
  { emit, signal }: PublishRequest,
  { publication, repository, packer }: Preparation,
): Promise<readonly PlannedLayer[]> {
  const { image } = publication;
  const layers = await sendLayers(repository, publication.layers, packer, {
    onBytes: (layer, bytes) => {
      emit({ kind: 'sending', layer, bytes });
    },
    onSent: (layer, outcome) => {
      emit({ kind: 'layer', layer, outcome });
    },
    signal,
  });
  await uploadBlob(repository, sourceOfBytes(image.config), { signal });
  const manifest = manifestOf(image, layers);
  await putManifest(repository, manifest, manifest.digest, signal);
  return layers;
}

async function describe(
  { planned, emit, signal }: PublishRequest,
  { publication: { image, tagging }, repository }: Preparation,
  published: PublishedImage,
  manifest: Manifest,
): Promise<readonly Document[]> {
  // The last tag is one that moves.
  const before = tagging.tags.findLast(({ image: one }) => one !== undefined)?.image;
  const described = { planned, image: image.id, published, manifest, before };
  const note = await releaseNoteOf(repository, described, signal);
  if (note === 'not comparable') emit({ kind: 'no-release-note' });
  const documents = [
    ...(await sbomsOf(described, signal)),
    ...(note === undefined || note === 'not comparable' ? [] : [note]),
  ];
  await putDocuments(repository, descriptorOf(manifest), documents, signal);
  emit({ kind: 'documents-stored', names: documents.map(({ name }) => name) });
  return documents;
}

/** Provenance, which names the documents by their digests, and the signature. */
async function vouch(
  { plan, planned, parent: place, variantsDirectory, bundles, emit, signal }: PublishRequest,
  { publication: { image }, registry, repository }: Preparation,
  { published, manifest, documents }: Stored,
  key: SigningKey,
): Promise<void> {
  const parent = place === undefined ? undefined : await findParentImage(registry, place, image, signal);
  if (place !== undefined && parent === undefined) emit({ kind: 'parent-not-published', parent: place.repository });
  const { workspaceRoot } = planned;
  const subject = descriptorOf(manifest);
  const attested = { plan, workspaceRoot, variantsDirectory, image, published, documents, parent };
  const provenance = await readProvenance(attested);
  await putProvenance(repository, subject, provenance, key, signal);
  emit({ kind: 'attested' });
  await putSignature(repository, published, key, signal);
  if (bundles === 'published') {
    await putBundles(
      repository,
      subject,
      [signatureStatement(subject.digest), statementBytes(provenance)],
      key,
      signal,
    );
  }
  emit({ kind: 'signed' });
}

/** What is in the registry, under its digest. */
interface Stored {
  readonly published: PublishedImage;
  readonly manifest: Manifest;
  readonly documents: readonly Document[];
}

/** What a publication works with. */
interface Preparation {
  readonly publication: Publication;
  readonly registry: Registry;
  readonly repository: Repository;
  readonly packer: Packer;
  readonly host: Host;
}

async function withPreparation<T>(request: PublishRequest, work: (prepared: Preparation) => Promise<T>): Promise<T> {
  const { plan, planned, destination, key, compression, emit, signal } = request;
  const onWait = (holder: string) => {
    emit({ kind: 'waiting', holder });
  };
  // Nothing is removed from the store meanwhile.
  const locks = await takeLocks([await storeLock('shared', { signal, onWait })]);
  try {
    const image = await readBuiltImage(plan, request.variantsDirectory);
    const registry = await openRegistry(destination.host);
    try {
      return await withHost(image.id, signal, (host) =>
        withWorkingFolder('layers', async (directory) => {
          if (key !== undefined) requireCovered(host, destination, plan);
          const ledger = openLedger(planned.workspaceRoot);
          const onPack = (diffId: Digest) => {
            emit({ kind: 'packing', diffId });
          };
          const packer = createPacker({ ledger, compression, directory, onPack, signal });
          const repository = registry.repository(destination.repository);
          const publication = await prepare(request, image, registry, packer);
          return work({ publication, registry, repository, packer, host });
        }),
      );
    } finally {
      await registry.close();
    }
  } finally {
    await locks.release();
  }
}

async function prepare(
  { destination, siblings, tags, signal }: PublishRequest,
  image: BuiltImage,
  registry: Registry,
  packer: Packer,
): Promise<Publication> {
  const repository = registry.repository(destination.repository);
  const others = siblings.filter((name) => name !== repository.name).map((name) => registry.repository(name));
  const layers = await findLayers(repository, others, image.layers, packer, signal);
  const manifest = manifestOf(image, layers);
  const tagging = await planTagging(repository, tags, manifest, image.config, signal);
  return { image, published: { ...destination, digest: manifest.digest }, layers, tagging };
}

function manifestOf({ config }: BuiltImage, layers: readonly PlannedLayer[]): Manifest {
  return imageManifest(
    config,
    layers.map(({ packed }) => packed),
  );
}

/** A signature that no host asks for protects no host. @throws {DiagnosticError} `publish/not-covered`. */
function requireCovered({ policy }: Host, { host, repository }: Destination, { variant }: BuildPlan): void {
  if (asksForSignature(policy, `${host}/${repository}`)) return;
  throwIfAny([
    {
      code: 'publish/not-covered',
      message: `hosts that run \`${variant}\` would take anything from \`${host}/${repository}\`: the image's policy asks for no signature there`,
      hint: 'images ask for signatures of the `registry` in nx.json: publish there, or change it and build again',
    },
  ]);
}
