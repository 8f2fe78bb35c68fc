import type { SourceLocation } from '@immutablue/diagnostics';
import { upstreamProfile, type Entry, type ResolvedPackages, type UpstreamProfileName } from '@immutablue/variant';
import type { DefinitionSection, DefinitionWord } from '../run/repository-definition';

/** Something that a build fetches, and the line that names it. */
export interface Address {
  readonly url: string;
  /** What is there: `the RPM`. */
  readonly what: string;
  readonly location: SourceLocation;
  /** The secret that opens it. */
  readonly secret?: string;
}

/** The addresses in the lists of a build, as they are under its upstream profile. Pure. */
export function addressesIn(packages: ResolvedPackages, upstream: UpstreamProfileName): readonly Address[] {
  const profile = upstreamProfile(upstream);
  const rpms = [
    ...packages.rpmUrl,
    ...packages.rpmPostUrl,
    ...(packages.zfsRpmUrl === undefined ? [] : [packages.zfsRpmUrl]),
  ];
  return [
    ...packages.repositories.map(({ value: { name, url, secret }, location }) => {
      const mapped = profile.mapRepositoryUrl(url);
      const what = `the repository definition \`${name}\``;
      return { url: mapped, what, location, ...(secret === undefined ? {} : { secret }) };
    }),
    ...rpms.map((entry) => ({ url: rpmAddress(entry, upstream), what: 'the RPM', location: entry.location })),
    ...packages.downloads.map(({ value, location }) => ({
      url: profile.mapDownload(value).url,
      what: `the download \`${value.name}\``,
      location,
    })),
    ...packages.flatpakRepositories.map(({ value, location }) => ({
      url: value.url,
      what: `the Flatpak remote \`${value.name}\``,
      location,
    })),
  ];
}

/** Of an RPM that packages.yaml names by its address. */
export function rpmAddress({ value }: Entry<string>, upstream: UpstreamProfileName): string {
  const mapped = upstreamProfile(upstream).mapRpmUrl(value);
  // The package manager is given a path, curl an address.
  return mapped.startsWith('/') ? `file://${mapped}` : mapped;
}

/** What a repository leads to: its metadata at one of several addresses, and its keys. */
export interface RepositoryAddresses {
  readonly id: string;
  readonly metadata: readonly Address[];
  readonly keys: readonly Address[];
}

/**
 * What the repositories of a definition lead to, of those that are switched on. An address with a variable that only the image knows is
 * left to the package manager. Pure.
 *
 * @param locate where a word of it stands, for people.
 */
export function addressesOfDefinition(
  sections: readonly DefinitionSection[],
  locate: (word: DefinitionWord) => SourceLocation,
  secret?: string,
): readonly RepositoryAddresses[] {
  return sections.filter(isEnabled).map(({ id, settings }) => {
    const addresses = (key: string, what: string, below = '') =>
      (settings.get(key) ?? [])
        .filter(({ text }) => /^[a-z]+:\/\//.test(text) && !text.includes('$'))
        .map((word): Address => ({
          url: below === '' ? word.text : `${word.text.replace(/\/$/, '')}${below}`,
          what: `${what} of the repository \`${id}\``,
          location: locate(word),
        }));
    const metadata = [
      ...addresses('baseurl', 'the metadata', '/repodata/repomd.xml'),
      ...addresses('metalink', 'the metalink'),
      ...addresses('mirrorlist', 'the list of mirrors'),
    ];
    const opened = (address: Address) => (secret === undefined ? address : { ...address, secret });
    const hosts = new Set(metadata.map(({ url }) => hostOf(url)));
    return {
      id,
      metadata: metadata.map(opened),
      // A key may be on another server, which must not learn the credentials.
      keys: addresses('gpgkey', 'a key').map((key) => (hosts.has(hostOf(key.url)) ? opened(key) : key)),
    };
  });
}

/** dnf.conf(5), `enabled`: true when not given. */
function isEnabled({ settings }: DefinitionSection): boolean {
  return !['0', 'false', 'no', 'off'].includes(settings.get('enabled')?.[0]?.text.toLowerCase() ?? '1');
}

/** The host of an address, with its port; the address itself where it has none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
