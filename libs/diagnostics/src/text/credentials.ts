/**
 * What stands before the host of an address: a user name, which can be a token, and a password. A password that holds a slash
 * is one too, as long as what precedes it is no port. The slashes may be escaped, as JSON and YAML allow.
 * Bounded, because a hostile line can begin an address at every tenth character.
 * https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
 */
const USER =
  /(?<scheme>\b[a-z][a-z0-9+.-]{0,15}:\\?\/\\?\/)(?:[^\s/?#"'`<>]*|[^\s/:?#@"'`<>]+:(?!\d+\\?\/)[^\s@"'`<>]{0,1024})@/gi;

/** A variable with the address of a proxy, which may leave out the scheme. */
const PROXY = /(?<name>\b(?:https?|all|ftp)_proxy=)(?![a-z0-9+.-]+:\/\/)[^\s@"'`]{0,1024}@/gi;

/** One parameter of a query or a fragment. https://www.rfc-editor.org/rfc/rfc3986#section-3.4 */
const PARAMETER = /(?<name>[?&#;][A-Za-z0-9_.%-]{1,64}=)(?<value>[^\s&#;"'`<>]+)/g;

/** Words by which parameters are named that let their bearer in, as the last word of the name. */
const SECRET_WORDS =
  /(?:^|[_.-])(?:(?:access|api|private|secret|auth)?(?:token|key)|auth|authorization|signature|sig|password|passwd|passphrase|pwd|secret|credentials?|jwt|sas)$/i;

/** The parameters by which version control is asked for a commit: their values are hexadecimal and no secrets. */
const COMMITS = /^(?:h|id|ref|rev|revision|commit|sha|sha1|sha256|digest|checksum)$/i;

/** How long a run of letters and digits is that is not written by hand. */
const RANDOM_LENGTH = 20;

/** Text with all user names and passwords of addresses, and what looks like tokens in their queries, as `***`. Pure. */
export function maskCredentials(text: string): string {
  return text
    .replaceAll(USER, '$<scheme>***@')
    .replaceAll(PROXY, '$<name>***@')
    .replaceAll(PARAMETER, (parameter, name: string, value: string) =>
      isToken(name.slice(1, -1), value) ? `${name}***` : parameter,
    );
}

/**
 * What an address holds that must not be told to others: a user name or a password before its host, or a token in its query
 * or fragment. Undefined when it holds none. Pure.
 */
export function credentialIn(address: string): 'user' | 'token' | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(address) || maskUser(address) !== address) return 'user';
  const [, ...parts] = address.split(/[?#&;]/);
  const hasToken = parts.some((part) => {
    const at = part.indexOf('=');
    return at === -1 ? isRandom('', part) : isToken(part.slice(0, at), part.slice(at + 1));
  });
  return hasToken ? 'token' : undefined;
}

function maskUser(text: string): string {
  return text.replaceAll(USER, '$<scheme>***@');
}

function isToken(name: string, value: string): boolean {
  if (value === '') return false;
  return SECRET_WORDS.test(decoded(name)) || isRandom(decoded(name), decoded(value));
}

/** Whether a value is long and without words: one that a machine has made. */
function isRandom(name: string, value: string): boolean {
  if (COMMITS.test(name) && /^[0-9a-f]+$/i.test(value)) return false;
  return value
    .split(/[^A-Za-z0-9]+/)
    .some((run) => run.length >= RANDOM_LENGTH && /[a-z]/i.test(run) && (run.match(/\d/g)?.length ?? 0) > 1);
}

/** A part of an address that is not well encoded is what it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
