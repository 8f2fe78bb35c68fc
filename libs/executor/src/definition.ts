import type * as z from 'zod';

/** An executor as Nx sees it: executors.json and schema.json are written from this. */
export interface ExecutorDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly description: string;
  /** Each with a description, which `--help` prints. Nx takes `onFailure` as `--on-failure` too. */
  readonly options: Schema;
  /** The export of the package's hashers that hashes its tasks; without it Nx does. */
  readonly hasher?: string;
}
