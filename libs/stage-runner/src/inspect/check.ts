import type { Diagnostic } from '@immutablue/diagnostics';

/** One thing that was looked at in an image. */
export interface ImageCheck {
  /** What holds when the check passes, as one line. */
  readonly title: string;
  /** What is wrong; empty when the check passes. */
  readonly faults: readonly Diagnostic[];
}

/** A check that passes when there is no fault. */
export function imageCheck(title: string, faults: readonly Omit<Diagnostic, 'code'>[]): ImageCheck {
  return { title, faults: faults.map((fault): Diagnostic => ({ code: 'test/failed', ...fault })) };
}
