/** What a registry has as JSON; undefined when it is none, which its schema then says. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
