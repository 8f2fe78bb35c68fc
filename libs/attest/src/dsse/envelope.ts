import type { PublicKey, SigningKey } from '@immutablue/signing';
import * as z from 'zod';

/** Of an envelope: https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md */
export const ENVELOPE_TYPE = 'application/vnd.dsse.envelope.v1+json';

/** Of an in-toto statement: https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/** Others may note more, such as the ID of a key. */
const envelopeSchema = z.object({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.object({ sig: z.base64() })).min(1),
});

/**
 * The bytes that are signed: the payload and its type, so that what was signed as one thing cannot be taken for another.
 * https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md#signature-definition
 */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** A statement in a signed envelope. */
export function sealStatement(statement: Buffer, key: SigningKey): Buffer {
  const envelope: z.input<typeof envelopeSchema> = {
    payloadType: STATEMENT_TYPE,
    payload: statement.toString('base64'),
    signatures: [{ sig: key.sign(preAuthenticationEncoding(STATEMENT_TYPE, statement)).toString('base64') }],
  };
  return Buffer.from(JSON.stringify(envelope));
}

/** What is in an envelope for those who have a key. */
export type Opened =
  | { readonly kind: 'opened'; readonly statement: Buffer }
  /** By another key, or changed since. */
  | { readonly kind: 'not-of-this-key' }
  | { readonly kind: 'unreadable' };

/** Opens an envelope from a registry. */
export function openStatement(envelope: Uint8Array, key: PublicKey): Opened {
  const parsed = envelopeSchema.safeParse(parseJson(envelope));
  if (!parsed.success) return { kind: 'unreadable' };
  const { payloadType, payload, signatures } = parsed.data;
  const statement = Buffer.from(payload, 'base64');
  const signed = preAuthenticationEncoding(payloadType, statement);
  if (!signatures.some(({ sig }) => key.verifies(signed, Buffer.from(sig, 'base64'))))
    return { kind: 'not-of-this-key' };
  return payloadType === STATEMENT_TYPE ? { kind: 'opened', statement } : { kind: 'unreadable' };
}

/** JSON from a registry; undefined when it is none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
