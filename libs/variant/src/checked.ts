import { type Diagnostic } from '@immutablue/diagnostics';

/** What a check gives: the value when there is nothing wrong with it, and else everything that is wrong, in the order of the file. */
export interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}
