import { addressIn } from './addresses';
import { networkFailure, refusal, unexpected, type Question } from './failures';
import { createRetries, type Patience, type Retries } from './patience';
import { readRefusal } from './read-body';
import type { HttpAnswer, HttpRequest, Transport } from './transport';
import { DiagnosticError } from '@immutablue/diagnostics';

/** A request, and which answers are answers to it. */
export interface Call extends HttpRequest {
  /** What the registry is to do, as it follows "to": `take blob sha256:…`. */
  readonly action: string;
  readonly accepts: readonly number[];
}

/** What all requests to one registry share. */
export interface Connection {
  readonly host: string;
  readonly transport: Transport;
  readonly patience: Patience;
  /** Text from outside without the secrets that were sent there. */
  readonly mask: (text: string) => string;
}

export function questionOf({ host }: Connection, { action }: Pick<Call, 'action'>): Question {
  return { host, action };
}

/**
 * One request, its redirects, and what `use` makes of the answer.
 *
 * @throws {TransientFailure} when the same may succeed; otherwise {DiagnosticError} `registry/…`, `build/interrupted`.
 */
export async function exchange<T>(
  connection: Connection,
  call: Call,
  use: (answer: HttpAnswer) => Promise<T>,
): Promise<T> {
  const question = questionOf(connection, call);
  try {
    const answer = await requestFollowing(connection, call);
    if (call.accepts.includes(answer.status)) return await use(answer);
    const { status, header } = answer;
    throw refusal({ status, header, text: await readRefusal(answer), mask: connection.mask }, question);
  } catch (error) {
    throw networkFailure(error, question, call.signal);
  }
}

/** Goes on until `attempt` succeeds, or what it throws is final. */
export async function retrying<T>(
  connection: Connection,
  { action, signal }: Pick<Call, 'action' | 'signal'>,
  attempt: (retries: Retries) => Promise<T>,
): Promise<T> {
  const retries = createRetries(connection.patience, signal);
  for (;;) {
    try {
      return await attempt(retries);
    } catch (error) {
      try {
        await retries.pauseAfter(error);
      } catch (final) {
        throw networkFailure(final, questionOf(connection, { action }), signal);
      }
    }
  }
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;

/** Registries keep blobs elsewhere, at addresses that are signed: the credentials are not for them. */
async function requestFollowing(connection: Connection, call: Call): Promise<HttpAnswer> {
  let { url } = call;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const { authorization, ...others } = call.headers;
    const isOwn = authorization !== undefined && url.origin === call.url.origin;
    const answer = await connection.transport.request({ ...call, url, headers: isOwn ? call.headers : others });
    if (!REDIRECTS.includes(answer.status) || !['GET', 'HEAD'].includes(call.method)) return answer;
    await answer.discard();
    const next = addressIn(answer.header('location'), url);
    if (next === undefined) {
      throw new DiagnosticError(
        unexpected(connection.host, call.action, 'it leads to no address that may be followed'),
      );
    }
    url = next;
  }
  throw new DiagnosticError(unexpected(connection.host, call.action, `it leads on more than ${MOST_REDIRECTS} times`));
}
