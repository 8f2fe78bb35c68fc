import { type Diagnostic } from '@immutablue/diagnostics';
import { otherPlace } from '../other-place';
import { quoted } from '../quoted';
import {
  SERVICE_SCOPES,
  type Entry,
  type PackagesDefinition,
  type ResolvedPackages,
  type ServiceAction,
  type ServiceScope,
  type Services,
} from './packages';
import { joinLists, type BuildTarget } from './resolve';

/** Actions on one unit of which the one that runs last would undo the other. */
const OPPOSED_ACTIONS: readonly (readonly [ServiceAction, ServiceAction])[] = [
  ['enable', 'disable'],
  ['enable', 'mask'],
  ['mask', 'unmask'],
];

const PARTICIPLES: Readonly<Record<ServiceAction, string>> = {
  enable: 'enabled',
  disable: 'disabled',
  mask: 'masked',
  unmask: 'unmasked',
};

const SUFFIXES: Readonly<Record<ServiceScope, string>> = { system: 'sys', user: 'user' };

/** Units that one build would set to two states. */
export function opposedUnits(services: Services): readonly Diagnostic[] {
  return SERVICE_SCOPES.flatMap((scope) =>
    OPPOSED_ACTIONS.flatMap(([one, other]) =>
      inBoth(services[one][scope], services[other][scope]).map(({ first, second }): Diagnostic => ({
        code: 'packages/contradiction',
        message: `the ${scope} unit ${quoted(second.value)} is ${PARTICIPLES[one]} and ${PARTICIPLES[other]}`,
        location: second.location,
        notes: [otherPlace(`it is ${PARTICIPLES[one]} at`, first.location)],
        hint: `keep one of the two, or have them count for different builds: \`services_${other}_${SUFFIXES[scope]}_<option>\``,
      })),
    ),
  );
}

/** Packages that one file installs and removes again. */
export function opposedPackages(packages: ResolvedPackages): readonly Diagnostic[] {
  const { rpm, rpmRemove, flatpaks, flatpakRuntimes, flatpaksRemove, brew } = packages;
  return [
    ...installedAndRemoved(rpm, rpmRemove, 'rpm_rm'),
    ...installedAndRemoved([...flatpaks, ...flatpakRuntimes], flatpaksRemove, 'flatpaks_rm'),
    ...installedAndRemoved(brew.install, brew.uninstall, 'uninstall'),
  ];
}

function installedAndRemoved(
  installed: readonly Entry<string>[],
  removed: readonly Entry<string>[],
  key: string,
): readonly Diagnostic[] {
  return inBoth(installed, removed).map(({ first, second }) => ({
    code: 'packages/contradiction',
    message: `${quoted(second.value)} is installed and removed by the same file`,
    location: second.location,
    notes: [otherPlace('it is installed at', first.location)],
    hint: `keep one of the two, or have them count for different builds: \`${key}_<option>\``,
  }));
}

function inBoth(
  left: readonly Entry<string>[],
  right: readonly Entry<string>[],
): readonly { readonly first: Entry<string>; readonly second: Entry<string> }[] {
  const byName = new Map(left.map((entry) => [entry.value, entry]));
  return right.flatMap((second) => {
    const first = byName.get(second.value);
    return first === undefined ? [] : [{ first, second }];
  });
}

/** One name, or one place in the image, for two things: what comes later would be left out, or overwrite the first. */
export function ambiguousNames(files: readonly PackagesDefinition[], target: BuildTarget): readonly Diagnostic[] {
  const { repositories, remotes, downloads, containers } = {
    repositories: files.flatMap(({ lists }) => joinLists(lists.repo_urls, target)),
    remotes: files.flatMap(({ lists }) => joinLists(lists.flatpak_repos, target)),
    downloads: files.flatMap(({ lists }) => joinLists(lists.downloads, target)),
    containers: files.flatMap(({ lists }) => joinLists(lists.distrobox, target)),
  };
  const named = ({ name }: { readonly name: string }) => name;
  const keepOne = 'keep one of them, or give one another `name:`';
  return [
    ...different(repositories, named, 'repositories are named', 'have different addresses', keepOne),
    ...different(remotes, named, 'Flatpak remotes are named', 'have different addresses', keepOne),
    ...different(containers, named, 'containers are named', 'are not the same', keepOne),
    ...different(downloads, named, 'downloads are named', 'are not the same', keepOne),
    // Of one name that was said already.
    ...different(
      uniqueBy(downloads, named),
      ({ path }) => path,
      'downloads are placed at',
      'are not the same',
      'keep one of them, or give one another `path:`',
    ),
  ];
}

/** Entries that are not what the first of the same identity is. */
function different<T>(
  entries: readonly Entry<T>[],
  identityOf: (value: T) => string,
  what: string,
  fault: string,
  hint: string,
): readonly Diagnostic[] {
  const seen = new Map<string, Entry<T>>();
  return entries.flatMap((entry): readonly Diagnostic[] => {
    const identity = identityOf(entry.value);
    const first = seen.get(identity);
    if (first === undefined) seen.set(identity, entry);
    // Checked by one schema, equal values have their keys in one order.
    if (first === undefined || JSON.stringify(first.value) === JSON.stringify(entry.value)) return [];
    return [
      {
        code: 'packages/contradiction',
        message: `two ${what} ${quoted(identity)} and ${fault}`,
        location: entry.location,
        notes: [otherPlace('the other is at', first.location)],
        hint,
      },
    ];
  });
}

function uniqueBy<T>(entries: readonly Entry<T>[], identityOf: (value: T) => string): readonly Entry<T>[] {
  const seen = new Set<string>();
  return entries.filter(({ value }) => !seen.has(identityOf(value)) && seen.add(identityOf(value)));
}
