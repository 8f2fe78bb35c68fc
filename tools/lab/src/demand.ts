import {
  allNames,
  checkedValue,
  lineageOf,
  platformOf,
  resolveFiles,
  upstreamProfile,
  upstreamReference,
  type Architecture,
  type Family,
  type PackagesDefinition,
  type Release,
  type Variant,
} from '@immutablue/variant';
import { isRpmName } from './packages/rpm-spec';
import { type PackagesDemand } from './packages/unit-placement';

/** An upstream image that the lab has to stand in for. */
export interface UpstreamDemand {
  /** As the real image is called, with its tag. */
  readonly reference: string;
  /** As the lab's image is called. */
  readonly labReference: string;
  /**
   * Packages that must be in it so that their removal, or their presence, is real. Sorted. What is removed after a variant
   * below has installed it is not among them: there it has files, and units, that a package of the upstream image has not.
   */
  readonly preinstalled: readonly string[];
}

/** All that the workspace's variants want from their upstream, for one release and architecture. */
export interface LabDemand {
  readonly upstreams: readonly UpstreamDemand[];
  /** One for each packages.yaml, whatever it is built for: repositories serve all architectures. */
  readonly packages: readonly PackagesDemand[];
}

/** What the lab is made for. */
export interface LabTarget {
  readonly release: Release;
  readonly architecture: Architecture;
}

/** What a desktop base has that a variant may look for. */
const DESKTOP_PACKAGES = ['gdm', 'gnome-shell', 'mutter'];

/** The build option of variants with a desktop. */
const DESKTOP_OPTION = 'gui';

/**
 * Collects what the family asks for. Pure.
 *
 * @throws {DiagnosticError} `packages/contradiction` for lists that contradict each other.
 */
export function demandOf(
  family: Family,
  packages: ReadonlyMap<string, PackagesDefinition>,
  target: LabTarget,
): LabDemand {
  const own = (name: string): PackagesDefinition[] => {
    const definition = packages.get(name);
    return definition === undefined ? [] : [definition];
  };
  const listsOf = ({ applied, name, options }: Variant) =>
    checkedValue(resolveFiles([...applied, name].flatMap(own), { ...target, options }));
  const preinstalled = new Map<string, Set<string>>();
  for (const variant of family.variants) {
    if (!variant.platforms.includes(platformOf(target.architecture))) continue;
    const reference = upstreamReference(upstreamOf(family, variant), target.release);
    const wanted = preinstalled.get(reference) ?? new Set<string>();
    const builds = lineageOf(family, variant).map(listsOf);
    const installed = new Set(builds.flatMap(({ rpm }) => rpm.map(({ value }) => value)));
    for (const { value } of builds.at(-1)?.rpmRemove ?? [])
      if (isRpmName(value) && !installed.has(value)) wanted.add(value);
    if (variant.options.some((option) => option === DESKTOP_OPTION)) {
      for (const name of DESKTOP_PACKAGES) wanted.add(name);
    }
    preinstalled.set(reference, wanted);
  }
  return {
    upstreams: [...preinstalled].map(([reference, names]) => ({
      reference,
      labReference: upstreamProfile('lab').mapImage(reference, target.architecture),
      preinstalled: [...names].sort(),
    })),
    packages: family.variants.flatMap(({ name }) =>
      own(name).map((definition) => ({ variant: name, names: allNames(definition) })),
    ),
  };
}

/** The upstream image that a variant stands on in the end. */
function upstreamOf(family: Family, variant: Variant): string {
  return variant.from.kind === 'upstream'
    ? variant.from.reference
    : upstreamOf(family, family.variant(variant.from.name));
}
