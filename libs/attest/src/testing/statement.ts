import type { Release } from '@immutablue/variant';
import { BUILD_TYPE, BUILDER_ID, PREDICATE_TYPE, type Resource, type Statement } from '../provenance/statement';

type BuildDefinition = Statement['predicate']['buildDefinition'];

/** A statement about an image of `teal` that stands on an upstream one. */
export function statement(
  change: {
    readonly materials?: readonly Resource[];
    readonly internal?: Partial<BuildDefinition['internalParameters']>;
    readonly documents?: readonly Resource[];
  } = {},
): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'quay.io/immutablue/teal', digest: { sha256: 'a'.repeat(64) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { variant: 'teal', release: '44' as Release, architecture: 'x86_64', upstream: 'fedora' },
        internalParameters: {
          buildKeys: { rest: 'b'.repeat(64) },
          options: ['teal'],
          packages: 'open',
          secrets: [],
          workspace: { state: 'clean', commit: 'c'.repeat(40) },
          ...change.internal,
        },
        resolvedDependencies: [...(change.materials ?? [])],
      },
      runDetails: {
        builder: { id: BUILDER_ID },
        metadata: { invocationId: 'b'.repeat(64) },
        byproducts: [...(change.documents ?? [])],
      },
    },
  };
}
