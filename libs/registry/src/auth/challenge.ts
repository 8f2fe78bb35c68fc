/** What a server asks for before it answers. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** By names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const SEPARATORS = /[ \t,]*/y;
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/y;
const REST = /[^ \t,]*/y;

/**
 * The challenges of a `WWW-Authenticate` header, several of which may stand in one. What does not fit the grammar is passed by. Pure.
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(header)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  while (at < header.length) {
    take(SEPARATORS);
    const name = take(TOKEN)?.toLowerCase();
    const current = challenges.at(-1);
    if (name === undefined) {
      // No token begins here: one character is passed by at least.
      if (take(REST) === '') at += 1;
    } else if (current === undefined || take(EQUALS) === undefined) {
      challenges.push({ scheme: name, parameters: new Map() });
    } else {
      const value = unquoted(take(QUOTED)) ?? take(TOKEN);
      if (value === undefined) take(REST);
      // The first one counts.
      else if (!current.parameters.has(name)) current.parameters.set(name, value);
    }
  }
  return challenges;
}

function unquoted(text: string | undefined): string | undefined {
  return text?.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
