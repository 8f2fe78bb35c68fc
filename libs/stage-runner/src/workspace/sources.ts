import { join } from 'node:path';
import type { Diagnostic } from '@immutablue/diagnostics';
import { readIfThere, statIfThere } from '@immutablue/oci';
import { readFolder, type FolderContent } from '@immutablue/overrides';
import type { Checked, Family, ImageSettings, PackageLock, Variant } from '@immutablue/variant';
import type { KnownSecrets } from './plan-secrets';
import { readFamily } from './read-family';
import { readLockFile } from './read-lock';
import { readManifests, readOverrides, type OverrideSelection } from './read-overrides';
import { readPackages, type PackageList } from './read-packages';
import { readScripts, type ScriptFolder } from './read-scripts';

/**
 * What the folders of the variants hold, each file read once, when it is asked for first. Plans for several releases and
 * architectures, and those of variants that stand on each other, are made from the same files: where many are made, they share this.
 */
export interface Sources {
  readonly family: Family;
  readonly packages: (variant: Variant) => Promise<PackageList>;
  readonly overrides: (variant: Variant) => Promise<OverrideSelection>;
  readonly scripts: (secrets: KnownSecrets) => Promise<ScriptFolder>;
  readonly depBuilder: (variant: Variant) => Promise<DepBuilderFolder | undefined>;
  readonly lock: (variant: Variant) => Promise<Checked<PackageLock>>;
}

/** The folder of a dep-builder. */
export interface DepBuilderFolder {
  readonly content: FolderContent;
  /** Undefined when there is none, or when something is wrong in the folder. */
  readonly containerfile: { readonly file: string; readonly text: string } | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The sources of the variants below the folder `directory`, an absolute path.
 *
 * @throws {DiagnosticError} with everything that is wrong with any variant.yaml. What is wrong elsewhere is in `diagnostics` of what
 *   is read.
 */
export async function readSources(directory: string, settings: Pick<ImageSettings, 'releases'>): Promise<Sources> {
  const family = await readFamily(directory);
  const manifests = once(nameOf, (variant: Variant) => readManifests(directory, family, variant));
  return {
    family,
    packages: once(nameOf, (variant) => readPackages(directory, family, variant, settings)),
    overrides: once(nameOf, (variant) => readOverrides(family, variant, manifests)),
    // Whether a script is given its secrets is a part of what is planned.
    scripts: once(
      ({ variant, given }) => JSON.stringify([variant, ...[...given].toSorted()]),
      (secrets) => readScripts(join(directory, secrets.variant), secrets),
    ),
    depBuilder: once(nameOf, (variant) => readDepBuilder(join(directory, variant.name))),
    lock: once(nameOf, (variant) => readLockFile(join(directory, variant.name))),
  };
}

/** The function, called once for each query. @param idOf what tells queries apart. */
function once<Query, Result>(
  idOf: (query: Query) => string,
  read: (query: Query) => Promise<Result>,
): (query: Query) => Promise<Result> {
  const results = new Map<string, Promise<Result>>();
  return (query) => {
    const id = idOf(query);
    const result = results.get(id) ?? read(query);
    results.set(id, result);
    return result;
  };
}

function nameOf({ name }: Variant): string {
  return name;
}

async function readDepBuilder(anchor: string): Promise<DepBuilderFolder | undefined> {
  const folder = join(anchor, 'deps');
  // Without the folder there is no dep-builder; what else is wrong with it is said by reading it.
  if ((await statIfThere(folder)) === undefined) return undefined;
  const { content, diagnostics } = await readFolder({ anchor, name: 'deps' });
  const file = join(folder, 'Containerfile');
  const text = diagnostics.length > 0 ? undefined : await readIfThere(file);
  return { content, containerfile: text === undefined ? undefined : { file, text }, diagnostics };
}
