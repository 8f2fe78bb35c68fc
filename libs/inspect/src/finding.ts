import type { SourceLocation } from '@immutablue/diagnostics';

/** One thing that a check found in an image. */
export interface Finding {
  /** One sentence without a full stop. Names are quoted with backticks. */
  readonly message: string;
  /** Where it is in the image; findings about the image as a whole have none. */
  readonly path?: string;
  /** What else has to be the same in another image for the finding to be the same; all of what is at `path` when not given. */
  readonly state?: string;
  /** The line of the workspace that it comes from, when that is known. */
  readonly location?: SourceLocation;
  /** What to do about it, when that is known. */
  readonly hint?: string;
  /** Which later step of the build made it so on purpose: then it is no fault. */
  readonly explanation?: string;
}
