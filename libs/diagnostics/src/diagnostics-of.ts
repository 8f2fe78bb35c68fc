import { DIAGNOSTIC_CODES, EXIT_CODES } from './codes';
import { DiagnosticError, type Diagnostic } from './diagnostic';
import { isSystemError, systemFault } from './system-error';

/**
 * The diagnostics of anything that was thrown. What the system refuses is a fault of the machine or of a file; any other error is
 * unexpected, and becomes `internal/unexpected` with its stack.
 */
export function diagnosticsOf(error: unknown): readonly [Diagnostic, ...Diagnostic[]] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  const refused = isSystemError(error) ? systemFault(error) : undefined;
  if (refused !== undefined) return [refused];
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return [
    {
      code: 'internal/unexpected',
      message,
      hint: 'this is a fault of the workspace itself: please report it with the lines above',
      ...(stack === undefined ? {} : { notes: stack.split('\n').slice(1) }),
    },
  ];
}

/** The exit code for anything that was thrown: that of its first diagnostic's category. */
export function exitCodeOf(error: unknown): number {
  return EXIT_CODES[DIAGNOSTIC_CODES[diagnosticsOf(error)[0].code]];
}

/** Whether something that was thrown says what is wrong with the workspace's files or the machine; the rest are faults of the code. */
export function isFault(error: unknown): boolean {
  return diagnosticsOf(error).every(({ code }) => code !== 'internal/unexpected');
}
