import { isAbsolute, join, relative } from 'node:path';
import { depBuilderKey, sha256, type BuildPlan, type DepBuilderImages, type Step } from '@immutablue/plan';
import { nevra, type LockedPackage } from '@immutablue/variant';
import type { Resource } from './statement';

/** What a material is: the annotation `kind` of a resource. */
export type MaterialKind =
  | 'code'
  | 'dep-builder'
  | 'file of a dep-builder'
  | 'file of a script'
  | 'lock'
  | 'locked RPM'
  | 'override'
  | 'parent configuration'
  | 'parent image'
  | 'pinned download'
  | 'repository definition'
  | 'repository metadata'
  | 'workspace'
  | 'written file';

/** Where the paths of a plan are from, and what its dep-builders have made. */
export interface MaterialPlaces {
  readonly workspaceRoot: string;
  readonly depBuilderImages: DepBuilderImages;
}

/**
 * What a plan reads, each once and sorted by name: files by their path in the workspace, RPMs and downloads by checksum, the code. Pure.
 *
 * Of the parent and of the commit a plan knows nothing; they are added by `provenanceOf`.
 */
export function materialsOf(plan: BuildPlan, places: MaterialPlaces): readonly Resource[] {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const all = [
    material('code', 'code of the builder', { digest: { sha256: plan.code } }),
    ...(plan.lock === undefined ? [] : [lockMaterial(plan.lock.file, steps, places)]),
    ...(plan.repositories.kind === 'fixed'
      ? [material('repository metadata', 'repomd.xml', { digest: { sha256: plan.repositories.digest } })]
      : []),
    ...steps.flatMap((step) => materialsOfStep(step, places)),
    ...depBuilderMaterials(plan, places),
  ];
  return sortedOnce(all);
}

/** A resource of a kind. */
export function material(kind: MaterialKind, name: string, rest: Omit<Resource, 'name'>): Resource {
  return { name, ...rest, annotations: { kind, ...rest.annotations } };
}

/** What a resource is; undefined for one of another builder. */
export function kindOfMaterial({ annotations }: Resource): string | undefined {
  return annotations?.['kind'];
}

/** What else decides a build is in its keys. */
function materialsOfStep(step: Step, places: MaterialPlaces): Resource[] {
  if (step.kind === 'files') {
    return step.entries.flatMap((entry) =>
      entry.type === 'file' ? [fileMaterial('override', entry.source, entry.sha256, places)] : [],
    );
  }
  if (step.kind === 'script') return folderMaterials('file of a script', step.script.sees, places);
  // Of YAML its values count, in canonical form: this is what the image has of it.
  if (step.kind === 'write-file' && step.source !== undefined) {
    return [fileMaterial('written file', step.source, sha256(step.content), places)];
  }
  if (step.kind === 'pinned-files') {
    return step.files.map(({ fetched }) =>
      material('pinned download', fetched.name, { uri: fetched.url, digest: { sha256: fetched.sha256 } }),
    );
  }
  if (step.kind === 'install') return (step.locked?.packages ?? []).map(rpmMaterial);
  if (step.kind === 'repository') {
    return [material('repository definition', step.repository.value.name, { uri: step.url })];
  }
  return [];
}

/** What a lock fixes is among the materials by checksum; that of the file itself would change with its comments. */
function lockMaterial(file: string, steps: readonly Step[], places: MaterialPlaces): Resource {
  const path = workspacePath(file, places);
  const rpms = steps.flatMap((step) => (step.kind === 'install' ? (step.locked?.packages ?? []) : []));
  const listed = rpms.map((rpm) => `${rpm.checksum}  ${nevra(rpm)}\n`).toSorted();
  return material('lock', path, {
    uri: path,
    digest: { sha256: sha256(listed.join('')) },
    annotations: { 'digest-of': 'its RPMs as sorted lines `checksum  name-epoch:version-release.arch`' },
  });
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/rpm-definition.md */
function rpmMaterial(rpm: LockedPackage): Resource {
  const { name, epoch, version, release, arch, source, checksum } = rpm;
  const [algorithm = '', sum = ''] = checksum.split(':');
  const query = new URLSearchParams({ arch, epoch: String(epoch) });
  return material('locked RPM', nevra(rpm), {
    uri: `pkg:rpm/${encodeURIComponent(name)}@${encodeURIComponent(`${version}-${release}`)}?${query.toString()}`,
    digest: { [algorithm]: sum },
    annotations: source.kind === 'url' ? { url: source.url } : { repository: source.repository },
  });
}

function depBuilderMaterials(plan: BuildPlan, places: MaterialPlaces): Resource[] {
  return plan.depBuilders.flatMap((depBuilder) => {
    const made = places.depBuilderImages.get(depBuilder.variant);
    const own = material('dep-builder', `dep-builder of ${depBuilder.variant}`, {
      // Its image by its configuration, as stores name images.
      digest: made === undefined ? { buildKey: depBuilderKey(plan, depBuilder) } : { sha256: made },
      annotations: { key: depBuilderKey(plan, depBuilder) },
    });
    return [own, ...folderMaterials('file of a dep-builder', depBuilder.content, places)];
  });
}

function folderMaterials(
  kind: MaterialKind,
  { folder, entries }: BuildPlan['depBuilders'][number]['content'],
  places: MaterialPlaces,
): Resource[] {
  return entries.flatMap((entry) =>
    entry.type === 'file' ? [fileMaterial(kind, join(folder, entry.path), entry.sha256, places)] : [],
  );
}

function fileMaterial(kind: MaterialKind, file: string, digest: string, places: MaterialPlaces): Resource {
  const path = workspacePath(file, places);
  return material(kind, path, { uri: path, digest: { sha256: digest } });
}

/** Relative: a statement is read by all, and does not say in whose folder the workspace is. */
function workspacePath(file: string, { workspaceRoot }: MaterialPlaces): string {
  const path = relative(workspaceRoot, file);
  if (isAbsolute(path) || path.split('/')[0] === '..') throw new Error(`a plan lists ${file}, outside the workspace`);
  return path;
}

/** Scripts may see the same file. */
function sortedOnce(all: readonly Resource[]): readonly Resource[] {
  const byText = new Map(all.map((resource) => [JSON.stringify(resource), resource]));
  const name = (resource: Resource) => resource.name ?? '';
  return [...byText.values()].sort((one, other) => (name(one) < name(other) ? -1 : name(one) > name(other) ? 1 : 0));
}
