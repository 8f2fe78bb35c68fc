import { asksForSignature, type BuildPlan } from '@immutablue/plan';
import { DiagnosticError } from '@immutablue/diagnostics';
import { withWorkingFolder, type Compression, type Digest } from '@immutablue/oci';
import {
  listTags,
  openRegistry,
  putManifest,
  sourceOfBytes,
  uploadBlob,
  type Manifest,
  type Registry,
  type Repository,
} from '@immutablue/registry';
import type { SigningKey } from '@immutablue/signing';
import { openLedger } from '@immutablue/stage-runner';
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
import { moveTags, readTags, type TagState } from './tags/move-tags';

export interface PublishRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly destination: Destination;
  /** Repositories of the same registry that may have layers of the image, the likeliest first. */
  readonly siblings: readonly string[];
  readonly compression: Compression;
  /** Without one, images are not signed. */
  readonly key: SigningKey | undefined;
  /** The tags that are to stand for the image, given those that the repository has: one that never moves first. */
  readonly chooseTags: (existing: readonly string[]) => readonly string[];
  /** What hangs on the image in the registry, for people and programs. */
  readonly describe: (image: BuiltImage, published: PublishedImage) => Promise<readonly Document[]>;
  readonly emit: (event: PublishEvent) => void;
  readonly signal: AbortSignal;
}

/** What a publication will do: what `--dry-run` prints. */
export interface Publication {
  readonly image: BuiltImage;
  readonly published: PublishedImage;
  readonly layers: readonly PlannedLayer[];
  readonly tags: readonly TagState[];
}

/** Looks what a publication would do. Nothing is changed. @throws as {@link publish} does. */
export function planPublication(request: PublishRequest): Promise<Publication> {
  return withPreparation(request, ({ publication }) => Promise.resolve(publication));
}

/**
 * Publishes the image that `dist/image.json` names, in an order in which nothing half-published can be seen: layers, image by its
 * digest, documents, signature; then a host that runs the image pulls it under its own policy; and only then tags. It can be repeated
 * after any failure: what is there is not sent again.
 *
 * @returns what was published, with the tags that now stand for it.
 * @throws {DiagnosticError} `publish/…`, `registry/…`, `signing/…`, `oci/…`, `build/interrupted`.
 */
export function publish(request: PublishRequest): Promise<Publication> {
  const { destination, key, emit, signal } = request;
  return withPreparation(request, async ({ publication, repository, packer, host }) => {
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
    const manifest = imageManifest(
      image.config,
      layers.map(({ packed }) => packed),
    );
    await putManifest(repository, manifest, manifest.digest, signal);
    const published = { ...destination, digest: manifest.digest };
    emit({ kind: 'image-stored', image: published });
    await attach(request, repository, image, published, manifest);
    if (key === undefined) emit({ kind: 'unsigned' });
    else {
      await putSignature(repository, published, key, signal);
      emit({ kind: 'signed' });
    }
    emit({ kind: 'checking', image: published });
    await host.pull(published);
    emit({ kind: 'checked' });
    await moveTags(
      repository,
      manifest,
      publication.tags,
      ({ tag, digest }) => {
        emit({ kind: 'tagged', destination, tag, before: digest });
      },
      signal,
    );
    return { ...publication, published, layers };
  });
}

async function attach(
  { describe, emit, signal }: PublishRequest,
  repository: Repository,
  image: BuiltImage,
  published: PublishedImage,
  manifest: Manifest,
): Promise<void> {
  const documents = await describe(image, published);
  await putDocuments(repository, descriptorOf(manifest), documents, signal);
  emit({ kind: 'documents-stored', names: documents.map(({ name }) => name) });
}

/** What a publication works with. */
interface Preparation {
  readonly publication: Publication;
  readonly repository: Repository;
  readonly packer: Packer;
  readonly host: Host;
}

async function withPreparation<T>(request: PublishRequest, work: (prepared: Preparation) => Promise<T>): Promise<T> {
  const { plan, destination, key, compression, emit, signal } = request;
  const image = await readBuiltImage(plan, request.variantsDirectory);
  const registry = await openRegistry(destination.host);
  try {
    return await withHost(image.id, signal, (host) =>
      withWorkingFolder('layers', async (directory) => {
        if (key !== undefined) requireCovered(host, destination, plan);
        const ledger = openLedger(request.workspaceRoot);
        const onPack = (diffId: Digest) => {
          emit({ kind: 'packing', diffId });
        };
        const packer = createPacker({ ledger, compression, directory, onPack, signal });
        const prepared = await prepare(request, image, registry, packer);
        return work({ ...prepared, packer, host });
      }),
    );
  } finally {
    await registry.close();
  }
}

async function prepare(
  { destination, siblings, chooseTags, signal }: PublishRequest,
  image: BuiltImage,
  registry: Registry,
  packer: Packer,
): Promise<Pick<Preparation, 'publication' | 'repository'>> {
  const repository = registry.repository(destination.repository);
  const tags = await readTags(repository, chooseTags(await listTags(repository, signal)), signal);
  const others = siblings.filter((name) => name !== repository.name).map((name) => registry.repository(name));
  const layers = await findLayers(repository, others, image.layers, packer, signal);
  const { digest } = imageManifest(
    image.config,
    layers.map(({ packed }) => packed),
  );
  return { publication: { image, published: { ...destination, digest }, layers, tags }, repository };
}

/** A signature that no host asks for protects nobody, and nobody would see it. @throws {DiagnosticError} `publish/not-covered`. */
function requireCovered({ policy }: Host, { host, repository }: Destination, { variant }: BuildPlan): void {
  if (asksForSignature(policy, `${host}/${repository}`)) return;
  throw new DiagnosticError({
    code: 'publish/not-covered',
    message: `hosts that run \`${variant}\` would take anything from \`${host}/${repository}\`: the image's policy asks for no signature there`,
    hint: 'images ask for signatures of the `registry` in nx.json: publish there, or change it and build again',
  });
}
