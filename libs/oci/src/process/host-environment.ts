/**
 * Whether a program gets the proxies of this machine, whose addresses may hold a password. Only one that fetches or sends
 * something needs them.
 */
export type Proxies = 'passed' | 'withheld';

/** `http_proxy`, `ALL_PROXY` (https://curl.se/docs/manpage.html#ENVIRONMENT), and npm's `npm_config_https_proxy`. */
const PROXY = /proxy$/i;

/** What is set, and unset, of the environment that this process hands on to a program. Pure. */
export function proxyEnvironment(
  proxies: Proxies,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, undefined>> {
  if (proxies === 'passed') return {};
  const names = Object.keys(environment).filter((name) => PROXY.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Secrets of builds, and the key that signs images with its password. */
const SECRET_PREFIXES = ['IMMUTABLUE_SECRET_', 'IMMUTABLUE_SIGNING_'];

/** Unsets the secrets that this process is given: what programs may see of them are files. Pure. */
export function withoutSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, undefined>> {
  const names = Object.keys(environment).filter((name) => SECRET_PREFIXES.some((prefix) => name.startsWith(prefix)));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
