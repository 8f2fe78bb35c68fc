import { DiagnosticError, formatBytes } from '@immutablue/diagnostics';
import type * as z from 'zod';
import { parseJson, unexpected, type Question } from './failures';
import type { HttpAnswer } from './transport';

/** The largest manifest that registries have to take: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
export const MANIFEST_BYTES = 4 * 1024 * 1024;

/** How much of an answer that refuses is read. */
const REFUSAL_BYTES = 16_384;

/** The whole body. @throws {DiagnosticError} `registry/unexpected-answer` when it has more than `limit` bytes. */
export async function readBody({ body }: HttpAnswer, limit: number, { host, action }: Question): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  // Leaving the loop ends the connection.
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > limit) {
      throw new DiagnosticError(unexpected(host, action, `it has more than ${formatBytes(limit)}`));
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The first bytes of the body of a refusal, which may be anything. */
export async function readRefusal({ body }: HttpAnswer): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size >= REFUSAL_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, REFUSAL_BYTES).toString();
}

/** A body of JSON. @throws {DiagnosticError} `registry/unexpected-answer` when it does not fit `schema`. */
export async function readJson<T>(answer: HttpAnswer, schema: z.ZodType<T>, question: Question): Promise<T> {
  const text = (await readBody(answer, MANIFEST_BYTES, question)).toString();
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.join('.') ?? '';
  const what =
    place === '' ? 'it is not the JSON that was asked for' : `\`${place.slice(0, 80)}\` is not as it has to be`;
  throw new DiagnosticError(unexpected(question.host, question.action, what));
}
