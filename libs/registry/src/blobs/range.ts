/**
 * How many bytes of an upload a registry has, by its `Range` header: `0-<last>`, of which `0-0` may mean none at all.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 *
 * @returns undefined when it is no such range. Pure.
 */
export function uploadedBytes(range: string | undefined): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(range ?? '')?.[1];
  if (last === undefined) return undefined;
  // distribution says `0-0` of an upload that has just begun. One byte that is sent again is refused, and asked for then.
  return last === '0' ? 0 : Number(last) + 1;
}

/** `Content-Range` of a chunk, as the specification of registries has it: without a unit. Pure. */
export function chunkRange(start: number, end: number): string {
  return `${start}-${end - 1}`;
}

/** Where the bytes of an answer with status 206 begin. https://www.rfc-editor.org/rfc/rfc9110#section-14.4 Pure. */
export function answeredStart(contentRange: string | undefined): number | undefined {
  const start = /^bytes (\d{1,15})-\d{1,15}\/(?:\d{1,15}|\*)$/.exec(contentRange ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}
