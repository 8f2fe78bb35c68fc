import { isRelease, type Release } from '@immutablue/variant';
import * as z from 'zod';

/** https://slsa.dev/spec/v1.0/provenance */
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/** How the parameters of a provenance are to be read; docs/provenance.md says it. Another reading gets another name. */
export const BUILD_TYPE = 'https://immutablue.io/provenance/build/v1';

/** Who vouches: the one who has the signing key, on a machine of theirs; docs/provenance.md says what that proves. */
export const BUILDER_ID = 'https://immutablue.io/provenance/builder/workspace/v1';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
const resourceSchema = z.object({
  name: z.string().exactOptional(),
  uri: z.string().exactOptional(),
  digest: z.record(z.string(), z.string()).exactOptional(),
  mediaType: z.string().exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

export type Resource = z.output<typeof resourceSchema>;

/** What of the workspace a build was made from, as git has it. */
const commitSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('clean'), commit: z.string() }),
  /** With changes that no commit has: `commit` is what they were made on. */
  z.object({ state: z.literal('modified'), commit: z.string() }),
  z.object({ state: z.literal('not in git') }),
]);

export type WorkspaceCommit = z.output<typeof commitSchema>;

const subjectSchema = z.object({ name: z.string(), digest: z.record(z.string(), z.string()) });

/** An in-toto statement: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const anyStatementSchema = z.object({ subject: z.array(subjectSchema).min(1), predicateType: z.string() });

/** The statement about an image: who built it, from what. */
export const statementSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(subjectSchema).min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.literal(BUILD_TYPE),
      externalParameters: z.object({
        variant: z.string(),
        release: z.custom<Release>((value) => typeof value === 'string' && isRelease(value)),
        architecture: z.enum(['x86_64', 'aarch64']),
        upstream: z.enum(['lab', 'fedora']),
      }),
      internalParameters: z.object({
        buildKeys: z.object({ checkpoint: z.string().exactOptional(), rest: z.string() }),
        options: z.array(z.string()),
        /** Whether the RPMs are all named by checksum, follow repositories whose metadata is, or whatever these had. */
        packages: z.enum(['locked', 'fixed', 'open']),
        /** Names of those that were given. */
        secrets: z.array(z.string()),
        workspace: commitSchema,
      }),
      resolvedDependencies: z.array(resourceSchema),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string() }),
      metadata: z.object({ invocationId: z.string() }),
      byproducts: z.array(resourceSchema),
    }),
  }),
});

export type Statement = z.output<typeof statementSchema>;

/** The same statement is always the same bytes. */
export function statementBytes(statement: Statement): Buffer {
  return Buffer.from(JSON.stringify(statementSchema.parse(statement)));
}
