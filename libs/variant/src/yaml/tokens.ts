import { type CST } from 'yaml';

/** How deep values may be nested; the formats need seven levels. */
export const DEPTH_LIMIT = 50;

/** How many characters a value may have; the longest is a script of a distrobox container. */
export const LENGTH_LIMIT = 65_536;

/**
 * The first token that is nested too deeply. Asked before the document is composed: that is recursive, and a file of a
 * hundred thousand brackets would end the process rather than throw an error.
 */
export function findTooDeep(tokens: readonly CST.Token[]): CST.Token | undefined {
  for (const { token, depth } of walk(tokens)) if (depth > DEPTH_LIMIT) return token;
  return undefined;
}

/** The quoted string that runs to the end of the file, of which the parser says only that the file ended. */
export function findUnclosedQuote(tokens: readonly CST.Token[]): CST.Token | undefined {
  for (const { token } of walk(tokens)) {
    if (token.type !== 'double-quoted-scalar' && token.type !== 'single-quoted-scalar') continue;
    if (token.source.length < 2 || token.source.at(-1) !== token.source[0]) return token;
  }
  return undefined;
}

/** The first value, key or alias that is too long to be any of what these files hold. */
export function findTooLong(tokens: readonly CST.Token[]): CST.Token | undefined {
  for (const { token } of walk(tokens)) {
    if ('source' in token && token.type !== 'comment' && token.source.length > LENGTH_LIMIT) return token;
  }
  return undefined;
}

/** All tokens in the order of the file, without recursion. */
function* walk(tokens: readonly CST.Token[]): Generator<{ readonly token: CST.Token; readonly depth: number }> {
  const pending = tokens.map((token) => ({ token, depth: 0 })).toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    const depth = next.depth + 1;
    pending.push(
      ...childrenOf(next.token)
        .map((token) => ({ token, depth }))
        .toReversed(),
    );
  }
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if ('items' in token) return token.items.flatMap(({ key, value }) => [key, value]).filter(isToken);
  return 'value' in token && isToken(token.value) ? [token.value] : [];
}

function isToken(value: unknown): value is CST.Token {
  return typeof value === 'object' && value !== null;
}
