import { types } from 'node:util';
import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import * as z from 'zod';
import { askedPause, isTransientStatus, TransientFailure } from './patience';

/** What was asked of a registry, for people. */
export interface Question {
  readonly host: string;
  /** What it is to do, as it follows "to": `take blob sha256:…`. */
  readonly action: string;
}

/** What TLS says of a certificate: https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = /^CERT_|_CERT(?:_|$)|^ERR_TLS_CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$/;

/** What the other side says when it does not speak TLS. */
const NO_TLS = /^ERR_SSL_|^EPROTO$/;

/**
 * What a failed connection, an aborted request or a broken answer becomes.
 *
 * @returns a {@link TransientFailure} when the same may succeed; `error` itself when it is about no connection.
 */
export function networkFailure(error: unknown, { host, action }: Question, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) {
    const message = `interrupted while registry \`${host}\` was asked to ${action}`;
    return new DiagnosticError({ code: 'build/interrupted', message }, { cause: error });
  }
  const code = networkCode(error);
  if (code === undefined) return error;
  const failure = (diagnostic: Diagnostic) => new DiagnosticError(diagnostic, { cause: error });
  if (CERTIFICATE.test(code)) {
    return failure({
      code: 'registry/not-trusted',
      message: `the certificate of registry \`${host}\` is not trusted (${code})`,
      hint: /EXPIRED|NOT_YET/.test(code)
        ? "compare this machine's clock with the dates of the certificate"
        : 'name the authority that has signed it: NODE_EXTRA_CA_CERTS is the path of a PEM file',
    });
  }
  if (NO_TLS.test(code)) {
    return failure({
      code: 'registry/unreachable',
      message: `registry \`${host}\` does not speak TLS (${code})`,
      hint: 'plain HTTP is spoken with registries on loopback alone',
    });
  }
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return failure(unexpected(host, action, `what it says is no HTTP (${code})`));
  }
  const unreachable = failure({
    code: 'registry/unreachable',
    message: `registry \`${host}\` could not be reached (${code}): it was to ${action}`,
    hint: `is \`${host}\` the right name, does it run, and may this machine connect to it?`,
  });
  return code === 'ENOTFOUND' ? unreachable : new TransientFailure(unreachable);
}

/** Of undici, of its HTTP parser, of TLS, and of the system. What files refuse, and wrong arguments, are none. */
const NETWORK =
  /^(?:UND_ERR_(?!INVALID|REQ_)|HPE_|ERR_SSL_|ERR_TLS_|E(?:CONN|NET|HOST)[A-Z]+$|EPIPE$|ETIMEDOUT$|EADDRNOTAVAIL$|EPROTO$|ENOTFOUND$|EAI_)/;

function networkCode(error: unknown): string | undefined {
  if (!types.isNativeError(error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return NETWORK.test(error.code) || CERTIFICATE.test(error.code) ? error.code : undefined;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().default(''), detail: z.unknown().optional() })),
});

const SHOWN_ERRORS = 3;
const SHOWN_CHARACTERS = 200;

/** How registries report a full disk or a quota that is used up; `"Err":28` is ENOSPC as distribution prints it. */
const NO_SPACE =
  /no space left on device|disk quota exceeded|quota (?:is )?exceeded|exceed\w* .{0,40}quota|"Err":28\b/i;

export interface Refusal {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** The first bytes of its body. */
  readonly text: string;
  /** Text from outside without the secrets that were sent there. */
  readonly mask: (text: string) => string;
}

/** An answer that is none to what was asked. @returns a {@link TransientFailure} when the same request may succeed. */
export function refusal(answer: Refusal, question: Question): DiagnosticError | TransientFailure {
  const error = new DiagnosticError(refusalDiagnostic(answer, question));
  const { status, header } = answer;
  if (error.diagnostics[0].code === 'registry/no-space' || !isTransientStatus(status)) return error;
  return new TransientFailure(error, askedPause(header('retry-after'), header('date')));
}

function refusalDiagnostic({ status, text, mask }: Refusal, { host, action }: Question): Diagnostic {
  const notes = errorLines(text, mask).map((line) => `registry: ${line}`);
  const said = notes.length === 0 ? {} : { notes };
  if (status === 507 || NO_SPACE.test(text)) {
    return {
      code: 'registry/no-space',
      message: `registry \`${host}\` has no space left, asked to ${action}`,
      hint: 'free some space there, or raise its quota; then the same command goes on',
      ...said,
    };
  }
  switch (status) {
    case 401:
      return {
        code: 'registry/unauthorized',
        message: `registry \`${host}\` accepts no login of this user, asked to ${action}`,
        hint: `\`skopeo login ${host}\``,
        ...said,
      };
    case 403:
      return {
        code: 'registry/unauthorized',
        message: `registry \`${host}\` has no permission for this user, asked to ${action}`,
        hint: `ask for the right to do so, or log in as another user: \`skopeo login ${host}\``,
        ...said,
      };
    case 404:
      return { code: 'registry/not-found', message: `registry \`${host}\` found nothing, asked to ${action}`, ...said };
    case 429:
      return {
        code: 'registry/refused',
        message: `registry \`${host}\` has had too many requests, asked to ${action}`,
        hint: `try again later; a login may raise the limit: \`skopeo login ${host}\``,
        ...said,
      };
    default:
      return {
        code: 'registry/refused',
        message: `registry \`${host}\` ${status < 500 ? 'refused' : 'failed'} to ${action} (HTTP ${status})`,
        ...said,
      };
  }
}

/** What a registry says is wrong, of bounded length; what is no error by the specification, a page say, is left out. */
function errorLines(text: string, mask: Refusal['mask']): string[] {
  const parsed = errorsSchema.safeParse(parseJson(text));
  if (!parsed.success) return [];
  return parsed.data.errors.slice(0, SHOWN_ERRORS).map(({ code, message, detail }) => {
    const parts = [code, message, typeof detail === 'string' ? detail : ''];
    const line = mask(parts.filter((part) => part !== '').join(': '));
    return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
  });
}

/** @returns undefined when it is no JSON: the text of a SyntaxError repeats a part of it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that the specification does not have. */
export function unexpected(host: string, action: string, what: string): Diagnostic {
  return {
    code: 'registry/unexpected-answer',
    message: `registry \`${host}\` gave an answer that is none, asked to ${action}: ${what}`,
    hint: `is \`${host}\` a registry? A proxy in between may answer in its place`,
  };
}
