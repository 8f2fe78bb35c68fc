import { DiagnosticError } from '@immutablue/diagnostics';
import { readBytes } from '@immutablue/oci';
import { secretNameSchema } from '@immutablue/variant';

/** Where the value of a secret comes from. */
export type SecretSource =
  | { readonly kind: 'environment'; readonly variable: string }
  /** Absolute, or relative to the current folder. */
  | { readonly kind: 'file'; readonly file: string };

/** The secrets that a build is given, by name. */
export type SecretSources = ReadonlyMap<string, SecretSource>;

const PREFIX = 'IMMUTABLUE_SECRET_';

/** Less is in many a text that has nothing to do with a secret: it could neither be masked nor found. */
export const SHORTEST_BYTES = 6;

/** More is no key or token. */
const MAXIMUM_BYTES = 1024 * 1024;

/**
 * The secrets that a build is given: `IMMUTABLUE_SECRET_MOK_KEY` holds the value of `mok-key`; of a file it is what is in it. A
 * file counts more than a variable.
 *
 * @param files `name=path`, as a command line has them.
 * @throws {DiagnosticError} `secret/wrong-option` for one that is not of that form.
 */
export function secretSources(
  environment: Readonly<Record<string, string | undefined>>,
  files: readonly string[] = [],
): SecretSources {
  const sources = new Map<string, SecretSource>();
  for (const variable of Object.keys(environment).filter((name) => name.startsWith(PREFIX))) {
    sources.set(nameOf(variable), { kind: 'environment', variable });
  }
  for (const text of files) {
    const [, name = '', file = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
    if (!secretNameSchema.safeParse(name).success) throw wrongOption(text);
    sources.set(name, { kind: 'file', file });
  }
  return sources;
}

/** `IMMUTABLUE_SECRET_MOK_KEY` is about `mok-key`. */
function nameOf(variable: string): string {
  return variable.slice(PREFIX.length).toLowerCase().replaceAll('_', '-');
}

/** What stands behind `=` may be a secret itself, by mistake. */
function wrongOption(text: string): DiagnosticError {
  return new DiagnosticError({
    code: 'secret/wrong-option',
    message: `--secret ${text.includes('=') ? `begins with \`${text.slice(0, text.indexOf('='))}=\`` : 'has no `=`'}`,
    hint: 'give it as `--secret name=path`: the name as variant.yaml lists it, and the path of a file that holds the value',
  });
}

/**
 * The value of a secret.
 *
 * @throws {DiagnosticError} `file/not-readable` when there is no such file, `secret/not-readable` when it is too short or too long.
 */
export async function readSecret(
  name: string,
  source: SecretSource,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Buffer> {
  const from = source.kind === 'file' ? source.file : source.variable;
  // A FIFO would wait for a writer.
  const value = source.kind === 'file' ? await readBytes(source.file) : Buffer.from(environment[from] ?? '');
  const isShort = value.toString('latin1').trim().length < SHORTEST_BYTES;
  if (!isShort && value.length <= MAXIMUM_BYTES) return value;
  const size = isShort ? `has fewer than ${SHORTEST_BYTES} bytes` : 'is larger than 1 MiB';
  throw new DiagnosticError({
    code: 'secret/not-readable',
    message: `the secret \`${name}\` is not to be had: \`${from}\` ${size}`,
    hint: 'leave it out to build without it, or name a file that holds its value',
  });
}
