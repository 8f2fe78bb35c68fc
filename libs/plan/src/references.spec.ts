import { imageSettingsSchema, type Architecture, type UpstreamProfileName } from '@immutablue/variant';
import { createPlan } from './create-plan';
import type { BuildPlan, PlanInput } from './model';
import { planInput } from './testing';

/** A selection and a scheme as text: `lab x86_64 variants`. */
function inputFor(text: string, variant?: string): PlanInput {
  const [upstream, architecture, tags] = text.split(' ');
  return {
    ...planInput(variant === undefined ? {} : { variant }),
    upstream: upstream as UpstreamProfileName,
    architecture: architecture as Architecture,
    settings: imageSettingsSchema.parse({ releases: ['44'], registry: 'quay.io/x', tags }),
  };
}

const ON_UPSTREAM = 'name: teal\ndescription: A test\nfrom: quay.io/a/b\n';
const ON_TAG = 'name: teal\ndescription: A test\nfrom: quay.io/a/b:f{release}-1\n';
const ON_DIGEST = `name: teal\ndescription: A test\nfrom: quay.io/a/b@sha256:${'0'.repeat(64)}\n`;

describe('names on this machine', () => {
  it.each<[string, string | undefined, string, string]>([
    ['lab x86_64 variants', undefined, 'localhost/immutablue/immutablue-teal:44', 'localhost/immutablue/immutablue:44'],
    [
      'lab aarch64 variants',
      undefined,
      'localhost/immutablue/immutablue-teal:44-aarch64',
      'localhost/immutablue/immutablue:44-aarch64',
    ],
    ['fedora x86_64 upstream', undefined, 'quay.io/x/immutablue-teal:44', 'quay.io/x/immutablue:44'],
    ['fedora aarch64 variants', undefined, 'quay.io/x/immutablue-teal:44-aarch64', 'quay.io/x/immutablue:44-aarch64'],
    ['lab x86_64 variants', ON_UPSTREAM, 'localhost/immutablue/immutablue-teal:44', 'localhost/immutablue-lab/a/b:44'],
    [
      'lab aarch64 variants',
      ON_UPSTREAM,
      'localhost/immutablue/immutablue-teal:44-aarch64',
      'localhost/immutablue-lab/a/b:44-aarch64',
    ],
    // What a registry has under one name is pulled for the architecture.
    ['fedora aarch64 variants', ON_UPSTREAM, 'quay.io/x/immutablue-teal:44-aarch64', 'quay.io/a/b:44'],
  ])('%s: %#', (selection, variant, reference, parent) => {
    const plan = createPlan(inputFor(selection, variant));
    expect([plan.reference, plan.parent.reference]).toEqual([reference, parent]);
  });
});

describe('what an image says it is called', () => {
  it.each<[string, string | undefined, string, string]>([
    [
      'lab aarch64 variants',
      undefined,
      'localhost/immutablue/immutablue-teal:44',
      'localhost/immutablue/immutablue:44',
    ],
    ['fedora x86_64 variants', undefined, 'quay.io/x/immutablue-teal:44', 'quay.io/x/immutablue:44'],
    ['fedora aarch64 variants', undefined, 'quay.io/x/immutablue-teal:44', 'quay.io/x/immutablue:44'],
    ['fedora aarch64 upstream', undefined, 'quay.io/x/immutablue:44-teal', 'quay.io/x/immutablue:44'],
    ['fedora aarch64 upstream', ON_UPSTREAM, 'quay.io/x/immutablue:44-teal', 'quay.io/a/b:44'],
  ])('is what hosts follow, for all architectures: %s, %#', (selection, variant, reference, parent) => {
    const plan = createPlan(inputFor(selection, variant));
    expect([describedReference(plan), baseName(plan)]).toEqual([reference, parent]);
  });
});

describe('an upstream image', () => {
  it.each([
    [ON_TAG, 'quay.io/a/b:f44-1'],
    [ON_DIGEST, `quay.io/a/b@sha256:${'0'.repeat(64)}`],
  ])('may be another for each release: %#', (variant, expected) => {
    expect(createPlan(inputFor('fedora x86_64 variants', variant)).parent.reference).toBe(expected);
  });
});

function describedReference({ stages }: BuildPlan): unknown {
  const steps = stages.flatMap((stage) => stage.steps);
  const file = steps.find((step) => step.kind === 'write-file' && step.path === '/usr/immutablue/image.json');
  if (file?.kind !== 'write-file') return undefined;
  return (JSON.parse(file.content) as { reference: unknown }).reference;
}

function baseName({ stages }: BuildPlan): unknown {
  const commit = stages.flatMap((stage) => stage.steps).find((step) => step.kind === 'commit');
  return commit?.kind === 'commit' ? commit.labels['org.opencontainers.image.base.name'] : undefined;
}
