import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withWorkingFolder, type BindMount } from '@immutablue/oci';
import { SECRETS_MOUNT, type PlannedSecret } from '@immutablue/plan';
import { readSecret, SHORTEST_BYTES, type SecretSources } from './sources';

/** The values of a build's secrets, while it runs. */
export interface OpenSecrets {
  /** Shows a program the secrets that it asks for, as files. */
  readonly mountsFor: (secrets: readonly PlannedSecret[]) => BindMount[];
  /** The value, where it is given. */
  readonly valueOf: (name: string) => string | undefined;
  /** Writes a file of this user alone, which is there as long as the secrets are. @returns its absolute path. */
  readonly fileWith: (text: string) => Promise<string>;
  /** A text with `***` in the place of each secret. */
  readonly mask: (text: string) => string;
  /** What no file of an image may hold. */
  readonly values: readonly Buffer[];
}

/** Of a build that is given none. */
const NO_SECRETS: Omit<OpenSecrets, 'fileWith'> = {
  mountsFor: () => [],
  valueOf: () => undefined,
  mask: (text) => text,
  values: [],
};

/**
 * Opens the secrets that a build is given, of those that it asks for, and removes their files when `work` is done.
 *
 * @param wanted what the plan's scripts or dep-builders ask for.
 * @throws {DiagnosticError} `secret/not-readable`.
 */
export async function withSecrets<T>(
  sources: SecretSources,
  wanted: readonly PlannedSecret[],
  work: (secrets: OpenSecrets) => Promise<T>,
): Promise<T> {
  const given = [...new Set(wanted.map(({ name }) => name))].flatMap((name) => {
    const source = sources.get(name);
    return source === undefined ? [] : [{ name, source }];
  });
  return withWorkingFolder('secrets', async (directory) => {
    const fileWith = async (text: string) => {
      const file = join(directory, `${randomUUID()}.made`);
      await writeFile(file, text, { mode: 0o400 });
      return file;
    };
    if (given.length === 0) return work({ ...NO_SECRETS, fileWith });
    const values = new Map<string, Buffer>();
    for (const { name, source } of given) {
      const value = await readSecret(name, source, process.env);
      await writeFile(join(directory, name), value, { mode: 0o400 });
      values.set(name, value);
    }
    return work({
      mountsFor: (secrets) =>
        secrets
          .filter(({ name }) => given.some((one) => one.name === name))
          .map(({ name }) => ({
            source: join(directory, name),
            target: `${SECRETS_MOUNT}/${name}`,
            access: 'read-only',
          })),
      valueOf: (name) => values.get(name)?.toString('utf8'),
      fileWith,
      mask: maskOf([...values.values()]),
      values: [...values.values()].flatMap((value) => {
        const password = passwordIn(value.toString('utf8'));
        return [withoutLineBreak(value), ...(password.length < SHORTEST_BYTES ? [] : [Buffer.from(password)])];
      }),
    });
  });
}

/** Replaces values, and each of their lines: output comes line by line. Pure. */
export function maskOf(values: readonly Buffer[]): (text: string) => string {
  const texts = values.map((value) => value.toString('utf8'));
  const parts = [
    ...new Set(
      texts.flatMap((text) => [text.trim(), passwordIn(text), ...text.split(/\r?\n/).map((line) => line.trim())]),
    ),
  ]
    .filter((part) => part.length >= SHORTEST_BYTES && !isMarker(part))
    .sort((one, other) => other.length - one.length);
  return (text) => parts.reduce((masked, part) => masked.replaceAll(part, '***'), text);
}

/** Of `user:password`; nothing where it is something else. */
function passwordIn(text: string): string {
  return /^[^:\s]+:(\S+)\s*$/.exec(text)?.[1] ?? '';
}

/** The first and last lines of a PEM file tell nothing: https://www.rfc-editor.org/rfc/rfc7468 */
function isMarker(line: string): boolean {
  return /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/.test(line);
}

function withoutLineBreak(value: Buffer): Buffer {
  const text = value.toString('latin1').replace(/[\r\n]+$/, '');
  return Buffer.from(text, 'latin1');
}
