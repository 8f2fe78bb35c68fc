import type { Finding as ReportedFinding } from '@immutablue/diagnostics';

/** One thing that a check found in an image, with what decides whose it is. */
export interface Finding extends ReportedFinding {
  /** What else has to be the same in another image for the finding to be the same; all of what is at `path` when not given. */
  readonly state?: string;
  /** Which later step of the build made it so on purpose: then it is no fault. */
  readonly explanation?: string;
}
