import type { Address } from './address';

/** What is known of an address after it was asked. */
export type Answer =
  | { readonly kind: 'there' }
  /** The server has nothing there. */
  | { readonly kind: 'gone'; readonly said: string }
  /** The server does not give it away. */
  | { readonly kind: 'refused'; readonly said: string }
  /** Nothing is known: no server answered, or it could not. */
  | { readonly kind: 'unreachable'; readonly said: string };

/** What of an address is asked for: its head, or the first byte where servers answer no HEAD. */
export type Method = 'head' | 'first-byte';

/**
 * A configuration for curl that asks all addresses at once and prints a line for each: curl(1), `--config`.
 *
 * @param credentials `user:password` for an address, where it asks for some.
 */
export function curlConfig(
  addresses: readonly Pick<Address, 'url'>[],
  method: Method,
  credentials: (index: number) => string | undefined,
): string {
  const transfers = addresses.map(({ url }, index) => {
    const user = credentials(index);
    return [
      `url = ${quoted(url)}`,
      'output = "/dev/null"',
      // An archive of gigabytes is not fetched where a server does not take parts.
      ...(method === 'head' ? ['head'] : ['range = "0-0"', 'max-filesize = 1048576']),
      'location',
      'globoff',
      'connect-timeout = 10',
      'max-time = 30',
      'retry = 2',
      ...(user === undefined ? [] : [`user = ${quoted(user)}`]),
      `write-out = "${index}\\t%{exitcode}\\t%{http_code}\\t%{errormsg}\\n"`,
    ].join('\n');
  });
  return `silent\nparallel\nparallel-max = 8\n${transfers.join('\nnext\n')}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** What curl says of an address. */
export interface CurlResult {
  readonly exitCode: number;
  /** 0 where no HTTP server answered. */
  readonly status: number;
  readonly message: string;
}

/** The results of a {@link curlConfig}, by the index of the address. */
export function parseResults(output: readonly string[]): ReadonlyMap<number, CurlResult> {
  return new Map(
    output.flatMap((line) => {
      const [, index, exitCode, status, message] = /^(\d+)\t(\d+)\t(\d+)\t(.*)$/.exec(line) ?? [];
      if (index === undefined || exitCode === undefined || status === undefined) return [];
      return [[Number(index), { exitCode: Number(exitCode), status: Number(status), message: message ?? '' }]];
    }),
  );
}

/** https://curl.se/libcurl/c/libcurl-errors.html: what of them is about the address, and not about the way to it. */
const NOTHING_THERE = [9, 37, 78];
const NOT_ASKABLE = [1, 3];
/** The answer was larger than a byte, which is all that was asked for. */
const LARGER = [33, 63];

/** What a result says of its address. Pure. */
export function judge({ exitCode, status, message }: CurlResult): Answer {
  const said = status > 0 && (exitCode === 0 || exitCode === 22) ? `HTTP ${status}` : `curl: (${exitCode}) ${message}`;
  // Of an empty file there is no first byte.
  if (status === 416 || (status >= 200 && status < 300 && [0, ...LARGER].includes(exitCode))) return { kind: 'there' };
  if (status === 0 && exitCode === 0) return { kind: 'there' };
  if (status === 404 || status === 410 || NOTHING_THERE.includes(exitCode)) return { kind: 'gone', said };
  const isTemporary = status === 408 || status === 425 || status === 429;
  if (NOT_ASKABLE.includes(exitCode) || (status >= 400 && status < 500 && !isTemporary && exitCode === 0)) {
    return { kind: 'refused', said };
  }
  return { kind: 'unreachable', said };
}
