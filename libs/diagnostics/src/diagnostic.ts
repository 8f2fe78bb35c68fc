import { visibleLines } from './text/visible';
import type { DiagnosticCode } from './codes';

/** A place in a source file. Lines and columns count from 1, as editors do. */
export interface SourceLocation {
  /** Absolute path, or a path relative to the workspace root. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters from `column` on are meant; 1 when not given. */
  readonly length?: number;
  /** The text of that line, without its line break; shown with the span underlined. */
  readonly text?: string;
}

/** One thing that is wrong: what, where, and what to do about it. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** One sentence without a full stop. Names are quoted with backticks. */
  readonly message: string;
  readonly location?: SourceLocation;
  /** What to do about it, when that is known. */
  readonly hint?: string;
  /** Further lines, shown as they are: the last output of a command, a second location. */
  readonly notes?: readonly string[];
}

/** The only error that the workspace throws on purpose. Carries one or more diagnostics, in the order to show them. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]];

  constructor(diagnostics: Diagnostic | readonly [Diagnostic, ...Diagnostic[]], options?: ErrorOptions) {
    const all = isList(diagnostics) ? diagnostics : ([diagnostics] as const);
    // Whatever meets it prints its message: Nx, a test, Node.
    super(visibleLines(all.map((diagnostic) => diagnostic.message).join('; ')), options);
    this.name = 'DiagnosticError';
    this.diagnostics = all;
  }
}

function isList(
  value: Diagnostic | readonly [Diagnostic, ...Diagnostic[]],
): value is readonly [Diagnostic, ...Diagnostic[]] {
  return Array.isArray(value);
}

/** An error with all of `diagnostics`, when there are any. */
export function errorFrom(diagnostics: readonly Diagnostic[], options?: ErrorOptions): DiagnosticError | undefined {
  const [first, ...rest] = diagnostics;
  return first === undefined ? undefined : new DiagnosticError([first, ...rest], options);
}

/** Throws a {@link DiagnosticError} with all of `diagnostics` when there are any. */
export function throwIfAny(diagnostics: readonly Diagnostic[], options?: ErrorOptions): void {
  const error = errorFrom(diagnostics, options);
  if (error !== undefined) throw error;
}
