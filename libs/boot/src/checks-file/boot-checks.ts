import { type SourceLocation } from '@immutablue/diagnostics';

/** On which boots of a machine a check runs. */
export const BOOT_SELECTIONS = ['first', 'second', 'every'] as const;
export type BootSelection = (typeof BOOT_SELECTIONS)[number];

/** What a check runs inside the machine, as root. */
export type CheckCommand =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** Lines of bash, run with `-euo pipefail`. */
  | { readonly kind: 'script'; readonly text: string };

/** What a check has to print on standard output, besides ending with exit code 0. */
export type ExpectedOutput =
  | { readonly kind: 'anything' }
  /** Exactly this; line breaks at the end do not count. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

/** Something that must hold in a running machine. */
export interface BootCheck {
  readonly name: string;
  readonly command: CheckCommand;
  readonly expected: ExpectedOutput;
  readonly boot: BootSelection;
  readonly timeoutSeconds: number;
  /** Where its name is written. */
  readonly location: SourceLocation;
}

/** A file that is in the machine before its first boot, as if an administrator had put it there. */
export interface PlacedFile {
  /** Absolute path in the machine, below /etc or /var. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: string;
}

/** A unit that may fail without being a fault of the image, and why. */
export interface AllowedFailedUnit {
  readonly unit: string;
  readonly reason: string;
}

/** What a boot-checks.yaml says. */
export interface BootChecks {
  readonly files: readonly PlacedFile[];
  readonly checks: readonly BootCheck[];
  readonly allowedFailedUnits: readonly AllowedFailedUnit[];
}
