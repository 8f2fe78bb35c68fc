import { join } from 'node:path';
import { formatBytes, renderTable, type Column } from '@immutablue/diagnostics';
import { isWhole, type Artifact } from './cache/artifact';
import { findLabImage, type LabImage } from './images/images';
import { type ArtifactKind, type LabPaths } from './cache/paths';
import { artifactsOf, imagesOf, planLab, type LabPlan, type LabRequest } from './plan';
import { findDetachedRegistry } from './registry/detached-registry';
import { staleArtifacts, staleImages } from './stale';
import { readRepositoryLink } from './packages/repository';
import { artifactSize, directorySize } from './cache/sizes';
import { listLabImages, type StoredImage } from './images/store';

/** One thing that the lab has or should have. */
export interface StatusRow {
  readonly what: string;
  /**
   * `on demand`: not there, and made only when an image for aarch64 is built. `stale`: whole, but of a recipe that this
   * workspace does not use; another workspace of the user may.
   */
  readonly state: 'whole' | 'missing' | 'on demand' | 'stale' | 'running' | 'ended';
  readonly size: string;
  readonly where: string;
}

/** What status is asked for. */
export interface StatusRequests {
  readonly required: LabRequest;
  readonly onDemand: LabRequest;
}

/** What the lab has for the requests, and what else there is. Changes nothing. */
export async function readStatus(paths: LabPaths, { required, onDemand }: StatusRequests): Promise<StatusRow[]> {
  const [plan, other] = await Promise.all([planLab(paths, required), planLab(paths, onDemand)]);
  const stored = await listLabImages();
  const artifacts = uniqueBy(artifactsOf(plan), ({ directory }) => directory);
  const images = imagesOf(plan);
  const otherArtifacts = without(artifactsOf(other), artifacts, ({ directory }) => directory);
  const otherImages = without(imagesOf(other), images, ({ reference }) => reference);
  return [
    ...(await Promise.all(artifacts.map((artifact) => artifactRow(artifact, 'missing')))),
    ...(await Promise.all(images.map((image) => imageRow(image, stored, 'missing')))),
    ...unknownRows(paths, plan, required),
    await linkRow(paths, plan),
    ...(await Promise.all(otherArtifacts.map((artifact) => artifactRow(artifact, 'on demand')))),
    ...(await Promise.all(otherImages.map((image) => imageRow(image, stored, 'on demand')))),
    ...(await registryRow(paths)),
    ...(await staleRows(paths, [...artifacts, ...otherArtifacts])),
    ...staleImages(stored, [...images, ...otherImages]).map(({ name, size }): StatusRow => ({
      what: name,
      state: 'stale',
      size,
      where: 'containers-storage',
    })),
  ];
}

type Absence = Extract<StatusRow['state'], 'missing' | 'on demand'>;

async function artifactRow(artifact: Artifact, absence: Absence): Promise<StatusRow> {
  const { title, kind, directory } = artifact;
  const whole = await isWhole(artifact);
  const size = whole ? formatBytes(await artifactSize(kind, directory)) : '';
  return { what: title, state: whole ? 'whole' : absence, size, where: directory };
}

async function imageRow(image: LabImage, stored: readonly StoredImage[], absence: Absence): Promise<StatusRow> {
  const named = stored.find(({ names }) => names.includes(image.reference));
  const found = await findLabImage(image, stored);
  const state = named === undefined ? absence : found === undefined ? 'stale' : 'whole';
  return { what: image.artifact.title, state, size: named?.size ?? '', where: 'containers-storage' };
}

/** What is missing and has no place yet, because its recipe depends on something that is missing too. */
function unknownRows(paths: LabPaths, { images, repository }: LabPlan, { demand, target }: LabRequest): StatusRow[] {
  const missing = (what: string, where: string): StatusRow => ({ what, state: 'missing', size: '', where });
  const inCache = (what: string, kind: ArtifactKind) => missing(what, join(paths.cache, kind));
  return [
    ...(images === undefined
      ? [
          inCache(`root filesystem ${target.architecture}`, 'root-filesystem'),
          inCache('packages with real binaries', 'real-packages'),
          ...demand.upstreams.map(({ labReference }) =>
            missing(`upstream image ${labReference}`, 'containers-storage'),
          ),
        ]
      : []),
    ...(repository === undefined
      ? [inCache('stand-in packages', 'stand-ins'), inCache('package repository', 'repository')]
      : []),
  ];
}

async function linkRow(paths: LabPaths, { repository }: LabPlan): Promise<StatusRow> {
  const target = await readRepositoryLink(paths);
  const isCurrent = repository !== undefined && repository.repository.directory === target;
  const state = target === undefined ? 'missing' : isCurrent ? 'whole' : 'stale';
  return { what: 'repository of this workspace', state, size: '', where: paths.repositoryLink };
}

async function registryRow(paths: LabPaths): Promise<StatusRow[]> {
  const registry = await findDetachedRegistry(paths.registry);
  if (registry === undefined) return [];
  const size = formatBytes(await directorySize(paths.registry, 'all'));
  return [{ what: `registry ${registry.address}`, state: registry.state, size, where: paths.registry }];
}

async function staleRows(paths: LabPaths, used: readonly Artifact[]): Promise<StatusRow[]> {
  const stale = await staleArtifacts(paths, used);
  return await Promise.all(
    stale.map(async ({ kind, directory }): Promise<StatusRow> => {
      const size = formatBytes(await artifactSize(kind, directory));
      return { what: kind.replaceAll('-', ' '), state: 'stale', size, where: directory };
    }),
  );
}

const COLUMNS: readonly Column[] = [
  { title: 'STATE', align: 'left' },
  { title: 'SIZE', align: 'right' },
  { title: 'WHAT', align: 'left' },
];

/**
 * The rows as a table with a line of totals, without a trailing line break.
 *
 * @param cache the folder of most of it, absolute path; the JSON names the place of each.
 */
export function renderStatus(rows: readonly StatusRow[], cache: string): string {
  const lines = renderTable(
    COLUMNS,
    rows.map(({ state, size, what }) => [state, size, what]),
  );
  const missing = rows.filter(({ state }) => state === 'missing').length;
  const stale = rows.filter(({ state }) => state === 'stale').length;
  const verdict = missing === 0 ? 'The lab is whole.' : `${missing} missing: \`nx run lab:up\` makes them.`;
  const offer = stale === 0 ? [] : [`${stale} stale: \`nx run lab:down --stale\` removes them.`];
  return [...lines, '', `In ${cache} and in containers-storage; --json names each place.`, verdict, ...offer].join(
    '\n',
  );
}

function without<T>(values: readonly T[], others: readonly T[], key: (value: T) => string): T[] {
  const known = new Set(others.map(key));
  return uniqueBy(values, key).filter((value) => !known.has(key(value)));
}

function uniqueBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
