import { throwIfAny, type Diagnostic } from '@immutablue/diagnostics';

/** What a check gives: the value when there is nothing wrong with it, and else everything that is wrong, in the order of the file. */
export interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** The value that was checked. @throws {DiagnosticError} with everything that is wrong with it. */
export function checkedValue<T>({ value, diagnostics }: Checked<T>): T {
  throwIfAny(diagnostics);
  if (value === undefined) throw new Error('what has no fault has a value');
  return value;
}
