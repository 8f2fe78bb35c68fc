import { DiagnosticError } from '@immutablue/diagnostics';
import { isLocal, parseReference, toDigest, type Digest } from '@immutablue/oci';
import { keysOf, type BuildPlan } from '@immutablue/plan';
import type { SignedImage } from '@immutablue/signing';
import type { ImageRecord } from '@immutablue/stage-runner';
import { material, materialsOf, type MaterialPlaces } from './materials';
import {
  BUILD_TYPE,
  BUILDER_ID,
  PREDICATE_TYPE,
  type Resource,
  type Statement,
  type WorkspaceCommit,
} from './statement';

/** A document that is published with an image, as a referrer. */
export interface AttestedDocument {
  /** `cyan.spdx.json`. */
  readonly name: string;
  readonly mediaType: string;
  /** Of the document itself, not of the manifest that refers with it. */
  readonly digest: Digest;
}

/** What is known of a build when its image is published. */
export interface ProvenanceInput extends MaterialPlaces {
  /** As hosts pull it. */
  readonly image: SignedImage;
  /** `dist/image.json`. */
  readonly record: ImageRecord;
  /** The plan that the image was built from: one of files that were edited since is refused. */
  readonly plan: BuildPlan;
  readonly commit: WorkspaceCommit;
  /** Where the image of the variant that it stands on is in a registry, if it is. Upstream images are known by the record. */
  readonly parent?: SignedImage;
  /** All of them: an SBOM or a release note that is not named is not covered by the signature. */
  readonly documents: readonly AttestedDocument[];
}

/**
 * The provenance of an image: what was built from what. Pure; the same image from the same files gives the same statement: there is
 * no time in it, no path or name of the machine, and no value of a secret.
 * https://slsa.dev/spec/v1.0/provenance
 *
 * @throws {DiagnosticError} `attest/other-plan` when the image was not built as the plan says.
 */
export function provenanceOf(input: ProvenanceInput): Statement {
  const { image, record, plan, commit } = input;
  const { checkpoint, rest } = keysOf(plan, input.depBuilderImages);
  requireSameBuild(record, rest);
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${image.registry}/${image.repository}`, digest: { sha256: hexOf(image.digest) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          variant: plan.variant,
          release: plan.release,
          architecture: plan.architecture,
          upstream: plan.upstream,
        },
        internalParameters: {
          buildKeys: { ...(checkpoint === undefined ? {} : { checkpoint }), rest },
          options: [...plan.options],
          packages: packagesState(plan),
          secrets: givenSecrets(plan),
          workspace: commit,
        },
        resolvedDependencies: [...parentMaterials(input), ...commitMaterials(input), ...materialsOf(plan, input)],
      },
      runDetails: {
        builder: { id: BUILDER_ID },
        metadata: { invocationId: rest },
        byproducts: input.documents.map(({ name, mediaType, digest }) => ({
          name,
          digest: { sha256: hexOf(digest) },
          mediaType,
        })),
      },
    },
  };
}

/** The key is a label of the image: a plan of other files would say what the image was not built from. */
function requireSameBuild({ variant, labels }: ImageRecord, key: string): void {
  if (labels['io.immutablue.build-key'] === key) return;
  throw new DiagnosticError({
    code: 'attest/other-plan',
    message: `the image of \`${variant}\` was built from other files than those that are there now`,
    hint: `build it again: \`npx nx build ${variant}\``,
  });
}

/**
 * The parent's configuration, which is what stores name images by, names its layers: this is what the build stood on. Its manifest is
 * what registries have.
 */
function parentMaterials({ record, parent = upstreamOf(record) }: ProvenanceInput): Resource[] {
  const { reference, imageId, variant } = record.parent;
  const annotations = variant === undefined ? {} : { variant };
  const configuration = material('parent configuration', reference, {
    digest: { sha256: imageId },
    mediaType: 'application/vnd.oci.image.config.v1+json',
    annotations,
  });
  if (parent === undefined) return [configuration];
  const name = `${parent.registry}/${parent.repository}`;
  const manifest = material('parent image', name, {
    uri: `oci://${name}`,
    digest: { sha256: hexOf(parent.digest) },
    annotations,
  });
  return [configuration, manifest];
}

/** The upstream image that was built on, by the digest by which it was pulled: its tag moves. */
function upstreamOf({ parent, labels }: ImageRecord): SignedImage | undefined {
  const place = parent.variant === undefined ? parseReference(parent.reference) : undefined;
  const digest = labels['org.opencontainers.image.base.digest'];
  if (place === undefined || isLocal(place) || digest === undefined) return undefined;
  return { registry: place.registry, repository: place.repository, digest: toDigest(digest) };
}

/** A tree with changes is no commit: then the parameters alone say what they were made on. */
function commitMaterials({ commit, record }: ProvenanceInput): Resource[] {
  if (commit.state !== 'clean') return [];
  const source = record.labels['org.opencontainers.image.source'];
  return [
    material('workspace', 'workspace', {
      ...(source === undefined ? {} : { uri: `git+${source}` }),
      digest: { gitCommit: commit.commit },
    }),
  ];
}

function packagesState({ lock, packages }: BuildPlan): 'locked' | 'fixed' | 'open' {
  if (lock !== undefined) return 'locked';
  return packages.kind === 'fixed' ? 'fixed' : 'open';
}

function givenSecrets({ stages, depBuilders, credentials }: BuildPlan): string[] {
  const scripts = stages.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'script' ? [step.script] : [])));
  const secrets = [
    ...[...scripts, ...depBuilders].flatMap((one) => one.secrets),
    ...credentials.map(({ secret }) => secret),
  ];
  return [...new Set(secrets.filter(({ state }) => state === 'given').map(({ name }) => name))].sort();
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
