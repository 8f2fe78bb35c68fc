import { runCommand } from '../process/process';

/** Which of them a person has set; others, like SELinux labels, are the machine's. */
const OF_A_PERSON = /^(?:user\.|trusted\.|system\.posix_acl_)/;

/**
 * The names of the extended attributes of what is below folders, by absolute path, without file capabilities: see `fileCapabilities`.
 * Node reads none; tar lists them when it makes an archive, and reads no content for one that it throws away
 * (https://www.gnu.org/software/tar/manual/html_node/Extended-File-Attributes.html).
 */
export async function extendedAttributes(
  directories: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (directories.length === 0) return new Map();
  const { stdout } = await runCommand([
    ...(['tar', '--create', '--file=/dev/null', '-vvv', '--absolute-names', '--quoting-style=literal'] as const),
    ...['--xattrs', '--xattrs-include=*', '--acls', '--', ...directories],
  ]);
  return attributesIn(stdout);
}

/** What tar's list says. A name with a line break in it has none: the rest of it looks like nothing of tar's. */
export function attributesIn(list: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let path: string | undefined;
  for (const line of list.split('\n')) {
    const entry = /^[-a-zA-Z][-a-zA-Z]{9}[ *+.]? \S+ +[\d,]+ \d{4}-\d\d-\d\d \d\d:\d\d (?<path>\/.*)$/.exec(line);
    if (entry !== null) path = entry.groups?.['path']?.replace(/(?<=.)\/$/, '');
    const name = /^ {2}x: \d+ (?<name>\S+)$/.exec(line)?.groups?.['name'];
    if (path === undefined || name === undefined || !OF_A_PERSON.test(name)) continue;
    found.set(path, [...(found.get(path) ?? []), name]);
  }
  return found;
}
