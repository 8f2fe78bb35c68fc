import * as z from 'zod';

declare const brand: unique symbol;

/** A number of bytes. */
export type Bytes = number & { readonly [brand]: 'bytes' };

/** Decimal, as disks are sold, and binary. */
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const SIZE = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[kmgt]?i?b)$/i;

/** A size as text, `20 GB` for example, in bytes; undefined when it is none. */
export function parseByteSize(text: string): Bytes | undefined {
  const groups = SIZE.exec(text.trim())?.groups;
  const unit = UNITS[groups?.['unit']?.toLowerCase() ?? ''];
  if (groups === undefined || unit === undefined) return undefined;
  return Math.round(Number(groups['number']) * unit) as Bytes;
}

/** A size in bytes from text. */
export const byteSizeSchema = z.string().transform((text, context): Bytes => {
  const bytes = parseByteSize(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: 'custom', message: `expected a size, like \`20 GB\` or \`500 MiB\`, found \`${text}\`` });
  return z.NEVER;
});
