import { isLoopback } from '@immutablue/oci';

/** Docker Hub is the one registry whose API has another name than its images. */
const HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Where the API of a registry is: plain HTTP on loopback, unless certificates are named. */
export function baseAddress(host: string, protocol: 'http' | 'https'): URL {
  return new URL(`${protocol}://${HOSTS[host] ?? host}/v2/`);
}

/**
 * Where an answer leads to, by `Location`, `Link` or the realm of a challenge: to https, or as plain HTTP from loopback to
 * loopback.
 *
 * @returns undefined when there is no such address, or one that must not be followed.
 */
export function addressIn(text: string | undefined, from: URL): URL | undefined {
  if (text === undefined || text.length > MAXIMUM_LENGTH || !URL.canParse(text, from.href)) return undefined;
  const url = new URL(text, from);
  if (url.username !== '' || url.password !== '') return undefined;
  const isPlain = url.protocol === 'http:' && from.protocol === 'http:' && isLoopback(url.host);
  return url.protocol === 'https:' || isPlain ? url : undefined;
}

/** Signed addresses of blobs have some hundred characters. */
const MAXIMUM_LENGTH = 16_384;
