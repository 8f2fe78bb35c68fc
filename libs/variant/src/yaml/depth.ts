import { type CST } from 'yaml';

/** How deep values may be nested; the formats need seven levels. */
export const DEPTH_LIMIT = 50;

/**
 * The first token that is nested too deeply. Asked before the document is composed: that is recursive, and a file of a
 * hundred thousand brackets would end the process rather than throw an error.
 */
export function findTooDeep(tokens: readonly CST.Token[]): CST.Token | undefined {
  const pending = tokens.map((token) => ({ token, depth: 0 })).toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > DEPTH_LIMIT) return token;
    pending.push(
      ...childrenOf(token)
        .map((child) => ({ token: child, depth: depth + 1 }))
        .toReversed(),
    );
  }
  return undefined;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if ('items' in token) return token.items.flatMap(({ key, value }) => [key, value]).filter(isToken);
  return 'value' in token && isToken(token.value) ? [token.value] : [];
}

function isToken(value: unknown): value is CST.Token {
  return typeof value === 'object' && value !== null;
}
