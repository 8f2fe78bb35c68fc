import { join } from 'node:path';
import { DiagnosticError, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { foldersIn, namesIn, readIfThere, readText } from '@immutablue/oci';
import {
  checkedValue,
  isRelease,
  parseFamily,
  parsePackages,
  type Architecture,
  type Family,
  type PackagesDefinition,
  type Release,
} from '@immutablue/variant';
import * as z from 'zod';
import { demandOf } from './demand';
import { type LabRequest } from './plan';

const releaseSchema = z.custom<Release>((value) => typeof value === 'string' && isRelease(value));

/** What the lab needs of the image settings: the options of the plugin in nx.json that has releases. */
const settingsSchema = z.looseObject({
  releases: z.tuple([releaseSchema], releaseSchema),
  variants: z.string().default('packages'),
});
type Settings = z.infer<typeof settingsSchema>;

const nxJsonSchema = z.looseObject({
  plugins: z.array(z.union([z.string(), z.looseObject({ options: z.unknown() })])).default([]),
});

/** Where unit files are in an override tree. */
const UNIT_DIRECTORIES = ['usr/lib', 'etc'].flatMap((place) =>
  ['system', 'user'].map((scope) => `${place}/systemd/${scope}`),
);

export interface RequestOptions {
  readonly architecture: Architecture;
  /** The newest release of nx.json when not given. */
  readonly release?: Release | undefined;
}

/**
 * Reads from the workspace's variants what the lab has to be made for.
 *
 * @throws {DiagnosticError} with everything that is wrong with any variant.yaml or packages.yaml.
 */
export async function readRequest(workspaceRoot: string, options: RequestOptions): Promise<LabRequest> {
  const settings = await readSettings(workspaceRoot);
  const directory = join(workspaceRoot, settings.variants);
  const family = await readFamily(directory);
  const packages = await readPackages(directory, family, settings.releases);
  const target = { architecture: options.architecture, release: options.release ?? settings.releases[0] };
  return { target, demand: demandOf(family, packages, target), overrideUnits: await readOverrideUnits(directory) };
}

/** The settings that the lab shares with images. @throws {DiagnosticError} `yaml/missing-key` when nx.json has none. */
export async function readSettings(workspaceRoot: string): Promise<Settings> {
  const file = join(workspaceRoot, 'nx.json');
  const { plugins } = nxJsonSchema.parse(JSON.parse(await readText(file)));
  for (const plugin of plugins) {
    const settings = settingsSchema.safeParse(typeof plugin === 'string' ? undefined : plugin.options);
    if (settings.success) return settings.data;
  }
  throw new DiagnosticError({
    code: 'yaml/missing-key',
    message: 'nx.json has no plugin with a list of `releases` in its options',
    hint: 'like {"plugin": "@immutablue/nx/plugin", "options": {"releases": ["44", "43"]}}',
  });
}

async function readFamily(directory: string): Promise<Family> {
  const files = (await foldersIn(directory)).map(async (name) => {
    const file = join(directory, name, 'variant.yaml');
    return { file, text: await readIfThere(file) };
  });
  return checkedValue(parseFamily(await Promise.all(files)));
}

async function readPackages(
  directory: string,
  family: Family,
  releases: readonly Release[],
): Promise<Map<string, PackagesDefinition>> {
  const diagnostics: Diagnostic[] = [];
  const packages = new Map<string, PackagesDefinition>();
  for (const { name } of family.variants) {
    const file = join(directory, name, 'packages.yaml');
    const text = await readIfThere(file);
    if (text === undefined) continue;
    const checked = parsePackages({ file, text, variant: name, options: family.knownOptions, releases });
    diagnostics.push(...checked.diagnostics);
    if (checked.value !== undefined) packages.set(name, checked.value);
  }
  throwIfAny(diagnostics);
  return packages;
}

/** Absolute paths, in the root filesystem, of the unit files in all override trees. */
export async function readOverrideUnits(directory: string): Promise<string[]> {
  const units = (await foldersIn(directory)).map(async (variant) => {
    const artifacts = join(directory, variant, 'artifacts');
    const trees = (await foldersIn(artifacts)).filter((name) => /^overrides(_|$)/.test(name));
    const places = trees.flatMap((tree) => UNIT_DIRECTORIES.map((place) => ({ tree, place })));
    return Promise.all(
      places.map(async ({ tree, place }) =>
        (await namesIn(join(artifacts, tree, place))).map((name) => `/${place}/${name}`),
      ),
    );
  });
  return (await Promise.all(units)).flat(2);
}
