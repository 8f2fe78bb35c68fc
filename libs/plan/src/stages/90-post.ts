import type { PlanInput } from '../model';
import { imageReference, publishedParent, publishedReference } from '../references';
import { publicKeyPath, registriesFile, registriesPath } from '../signature-policy';
import type { Step } from '../steps/registry';
import { CLEAN } from './clean';

/** Writes the metadata of the image; see {@link commit} for what comes after the variant's own script. */
export function post(input: PlanInput): Step[] {
  return [
    {
      kind: 'write-file',
      what: 'the description of the image',
      path: '/usr/immutablue/image.json',
      content: `${JSON.stringify(describe(input), undefined, 2)}\n`,
      mode: 0o644,
    },
    {
      kind: 'os-release',
      identity: {
        name: input.settings.osName,
        id: input.settings.osId,
        variant: input.variant.name,
        imageName: input.variant.imageName,
        release: input.release,
      },
    },
    ...askForSignatures(input),
  ];
}

/** Hosts take further images of the workspace's registry only when they are signed; an image on a variant has that from there. */
function askForSignatures({ signing, settings: { registry }, variant }: PlanInput): Step[] {
  if (signing === undefined || variant.from.kind !== 'upstream') return [];
  const keyPath = publicKeyPath(registry);
  return [
    {
      kind: 'write-file',
      what: `the public key of ${registry}`,
      path: keyPath,
      content: signing.publicKey,
      source: signing.file,
      mode: 0o644,
    },
    {
      kind: 'write-file',
      what: `where signatures of ${registry} are`,
      path: registriesPath(registry),
      content: registriesFile(registry),
      mode: 0o644,
    },
    { kind: 'signed-registry', registry, keyPath },
  ];
}

/** The last steps of all: they come after the variant's own 90-post script, so that nothing it leaves stays behind. */
export function commit(input: PlanInput): Step[] {
  return [
    {
      kind: 'clean',
      ...CLEAN,
    },
    {
      kind: 'commit',
      reference: imageReference(input.variant, input.settings, input),
      labels: labels(input),
    },
  ];
}

function describe(input: PlanInput) {
  return {
    variant: input.variant.name,
    reference: publishedReference(input.variant, input.settings, input),
    tags: input.settings.tags,
    release: input.release,
    architecture: input.architecture,
    upstream: input.upstream,
    options: input.variant.options,
  };
}

/**
 * Labels that are known before the build; those about the parent and the build key are added to them.
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
function labels(input: PlanInput): Record<string, string> {
  const { variant, settings, release } = input;
  return {
    'containers.bootc': '1',
    'org.opencontainers.image.title': variant.imageName,
    'org.opencontainers.image.description': variant.description,
    'org.opencontainers.image.version': release,
    'org.opencontainers.image.licenses': settings.licenses,
    ...(settings.source === undefined ? {} : { 'org.opencontainers.image.source': settings.source }),
    'org.opencontainers.image.base.name': publishedParent(input),
    'io.immutablue.variant': variant.name,
    'io.immutablue.options': variant.options.join(','),
    'io.immutablue.release': release,
    'io.immutablue.upstream': input.upstream,
  };
}
