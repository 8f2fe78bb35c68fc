import { join } from 'node:path';
import { DiagnosticError, renderDiagnostic, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { readText } from '@immutablue/oci';
import { parsePublicKey } from '@immutablue/signing';
import {
  architectureOf,
  ARCHITECTURES,
  checkedValue,
  checkFit,
  checkImageName,
  lineageOf,
  lockSection,
  platformOf,
  resolveFiles,
  type Architecture,
  type Entry,
  type ImageSettings,
  type LockSection,
  type Repository,
  type Variant,
  type VariantName,
} from '@immutablue/variant';
import {
  checkPlaces,
  checkRepositorySecrets,
  checkSignaturePlaces,
  createPlan,
  credentialsOf,
  imageNameWithRegistry,
  type BuildPlan,
  type BuildSelection,
  type Credential,
  sha256,
  type DepBuilder,
  type PlanInput,
  type PlannedSecret,
} from '@immutablue/plan';
import { checkUnits } from './check-units';
import { codeDigest } from './code-digest';
import { planSecrets, type KnownSecrets } from './plan-secrets';
import { variantsDirectory } from './read-family';
import { repositoryState } from './repository-state';
import { readScriptHeader } from './script-header';
import { readSources, type Sources } from './sources';

export interface PlanRequest extends Omit<BuildSelection, 'architecture'> {
  readonly variant: string;
  /** The first of the variant's platforms when not given. */
  readonly architecture?: Architecture;
  readonly workspaceRoot: string;
  readonly settings: ImageSettings;
  /** What the files hold, where many plans are made from it. */
  readonly sources?: Sources;
  /** The names of the secrets that the build is given; none when not given. */
  readonly secrets?: ReadonlySet<string>;
  /** `ignore` plans a build that follows the repositories, whatever is locked: a lock is made from that. */
  readonly lock?: 'obey' | 'ignore';
}

/**
 * Reads everything that a variant's image is made from, checks it, and makes the plan. Starts no program.
 *
 * @throws {DiagnosticError} with everything that is wrong in any of the files, not just the first.
 */
export async function readPlan(request: PlanRequest): Promise<BuildPlan> {
  const sources = request.sources ?? (await readSourcesOf(request));
  const { family } = sources;
  const variant = family.variant(request.variant);
  const architecture = architectureFor(variant, request.architecture);
  const selection: BuildSelection = { release: request.release, upstream: request.upstream, architecture };

  const diagnostics: Diagnostic[] = [
    ...checkImageName(imageNameWithRegistry(variant, request.settings, selection), variant.definition.image.location),
  ];
  const concerned = [...variant.applied.map((name) => family.variant(name)), variant];
  const lists = await Promise.all(concerned.map(sources.packages));
  diagnostics.push(...lists.flatMap((list) => list.diagnostics));
  const overrides = await sources.overrides(variant);
  diagnostics.push(...overrides.diagnostics);
  const signing = await readPublicKey(request);
  if (signing !== undefined) {
    diagnostics.push(...checkSignaturePlaces(overrides.inPlace, request.settings.registry));
  }
  const scripts = [];
  for (const member of concerned) {
    const folder = await sources.scripts(secretsOf(member, request));
    scripts.push(...folder.scripts);
    diagnostics.push(...folder.diagnostics);
  }
  const depBuilders = await readDepBuilders(sources, variant, concerned, selection, request, diagnostics);
  const resolved = resolveFiles(
    lists.flatMap(({ packages }) => packages),
    { ...selection, options: variant.options },
  );
  diagnostics.push(...resolved.diagnostics);
  if (resolved.value !== undefined) {
    diagnostics.push(...checkPlaces(resolved.value));
    const listed = (name: VariantName) => secretsOf(family.variant(name), request).listed;
    diagnostics.push(...checkRepositorySecrets(resolved.value.repositories, listed));
    diagnostics.push(...(await checkUnits(resolved.value.services, overrides.inPlace)));
  }
  const lock = request.lock === 'ignore' ? undefined : await readLockSection(sources, variant, selection, diagnostics);
  // A packages.yaml that cannot be read has no lists to compare.
  if (lock !== undefined && resolved.value !== undefined && diagnostics.length === 0) {
    diagnostics.push(...checkFit(lock, resolved.value, variant.name));
  }
  throwIfAny(withoutRepeats(diagnostics));

  return createPlan({
    ...selection,
    variant,
    settings: request.settings,
    code: codeDigest(),
    repositories: await repositoryState(selection, request.workspaceRoot),
    packages: checkedValue(resolved),
    ...(lock === undefined ? {} : { lock }),
    packageFiles: lists.flatMap(({ files }) => files),
    ...(signing === undefined ? {} : { signing }),
    credentials: await readCredentials(sources, variant, selection, request),
    overrides: overrides.own,
    overridesInPlace: overrides.inPlace,
    scripts,
    depBuilders,
    from:
      variant.from.kind === 'variant' ? { kind: 'variant', variant: family.variant(variant.from.name) } : variant.from,
  });
}

/** What the files hold from which the plans of a workspace are made. @throws {DiagnosticError} as `readSources`. */
export function readSourcesOf({
  workspaceRoot,
  settings,
}: Pick<PlanRequest, 'workspaceRoot' | 'settings'>): Promise<Sources> {
  return readSources(variantsDirectory(workspaceRoot, settings.variants), settings);
}

/** The key by which hosts check the images, where the workspace signs them. @throws {DiagnosticError} `signing/wrong-key`. */
export async function readPublicKey({
  workspaceRoot,
  settings: { signing },
}: Pick<PlanRequest, 'workspaceRoot' | 'settings'>): Promise<PlanInput['signing']> {
  if (signing === undefined) return undefined;
  const file = join(workspaceRoot, signing.publicKey);
  return { publicKey: parsePublicKey(await readText(file), file).pem, file };
}

/** The part of the variant's lock that is for this build; what is wrong with the file goes to `diagnostics`. */
async function readLockSection(
  sources: Sources,
  variant: Variant,
  selection: BuildSelection,
  diagnostics: Diagnostic[],
): Promise<LockSection | undefined> {
  const { value, diagnostics: faults } = await sources.lock(variant);
  diagnostics.push(...faults);
  return value === undefined ? undefined : lockSection(value, selection);
}

/** @throws {DiagnosticError} `family/no-platform` when the variant is not built for `wanted`. */
function architectureFor(variant: Variant, wanted: Architecture | undefined): Architecture {
  const [first] = variant.platforms;
  if (wanted === undefined && first !== undefined) return architectureOf(first);
  if (wanted !== undefined && variant.platforms.includes(platformOf(wanted))) return wanted;
  throw new DiagnosticError({
    code: 'family/no-platform',
    message: `\`${variant.name}\` is not built for ${wanted ?? ARCHITECTURES.join(' or ')}`,
    location: variant.definition.name.location,
    hint: `its \`platforms\` are ${variant.platforms.join(', ')}`,
  });
}

async function readDepBuilders(
  sources: Sources,
  variant: Variant,
  concerned: readonly Variant[],
  selection: BuildSelection,
  request: Pick<PlanRequest, 'secrets'>,
  diagnostics: Diagnostic[],
): Promise<DepBuilder[]> {
  const depBuilders: DepBuilder[] = [];
  for (const member of concerned) {
    const folder = await sources.depBuilder(member);
    if (folder === undefined) continue;
    diagnostics.push(...folder.diagnostics);
    const { content, containerfile } = folder;
    if (containerfile === undefined) continue;
    const header = readScriptHeader(containerfile.text, containerfile.file);
    const secrets = planSecrets(header.secrets, secretsOf(member, request));
    diagnostics.push(...header.diagnostics, ...secrets.diagnostics);
    const { release, upstream, architecture } = selection;
    const name = `dependencies-${member.name}-for-${variant.name}`;
    const given = givenSuffix(secrets.planned);
    const reference = `localhost/immutablue/${name}:${upstream}-${release}-${architecture}${given}`;
    depBuilders.push({
      variant: member.name,
      containerfile: containerfile.file,
      content,
      reference,
      reads: header.reads,
      secrets: secrets.planned,
    });
  }
  return depBuilders;
}

/** With and without a secret a dep-builder makes different things, which stay side by side. A tag has at most 128 characters. */
function givenSuffix(secrets: readonly PlannedSecret[]): string {
  const names = secrets.flatMap(({ name, state }) => (state === 'given' ? [name] : []));
  if (names.length === 0) return '';
  const text = names.toSorted().join('-');
  return `-with-${text.length <= 64 ? text : sha256(text).slice(0, 12)}`;
}

/** What opens the repositories of a variant and of all that it stands on: the package manager asks those of the parents, too. */
async function readCredentials(
  { family, packages }: Sources,
  variant: Variant,
  selection: BuildSelection,
  request: PlanRequest,
): Promise<readonly Credential[]> {
  const repositories: Entry<Repository>[] = [];
  // Each by itself: a child may say the opposite of what its parent says.
  for (const member of lineageOf(family, variant)) {
    for (const name of [...member.applied, member.name]) {
      const owner = family.variant(name);
      if (owner.definition.secrets.length === 0) continue;
      // What is wrong with a parent's lists is said where it is built.
      const list = await packages(owner);
      const { value } = resolveFiles(list.packages, { ...selection, options: member.options });
      repositories.push(...(value?.repositories ?? []));
    }
  }
  return credentialsOf(repositories, request.secrets ?? new Set());
}

function secretsOf({ name, definition }: Variant, { secrets }: Pick<PlanRequest, 'secrets'>): KnownSecrets {
  return { variant: name, listed: definition.secrets.map(({ value }) => value), given: secrets ?? new Set() };
}

/** Trees are read for the image's own part and for the whole line: what is wrong there is found twice. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map(
    diagnostics.map((diagnostic) => [renderDiagnostic(diagnostic, { root: '/', colors: 'never' }), diagnostic]),
  );
  return [...seen.values()];
}
