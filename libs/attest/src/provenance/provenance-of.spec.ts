import { createPlan, keysOf, type BuildPlan, type PlanInput } from '@immutablue/plan';
import { planInput, scriptOf } from '@immutablue/plan/testing';
import { toDigest } from '@immutablue/oci';
import { renderError } from '@immutablue/diagnostics';
import { parseLock } from '@immutablue/variant';
import { imageRecord } from '../testing/image-record';
import { provenanceOf, type ProvenanceInput } from './provenance-of';

const digestOf = (digit: string) => toDigest(`sha256:${digit.repeat(64)}`);

function input(plan: BuildPlan, change: Partial<ProvenanceInput> = {}): ProvenanceInput {
  const depBuilderImages = new Map(plan.depBuilders.map(({ variant }) => [variant, 'd'.repeat(64)]));
  return {
    plan,
    record: imageRecord({ 'io.immutablue.build-key': keysOf(plan, depBuilderImages).rest }),
    image: { registry: 'quay.io', repository: 'immutablue/teal', digest: digestOf('a') },
    workspaceRoot: '/workspace',
    depBuilderImages,
    commit: { state: 'clean', commit: 'c'.repeat(40) },
    documents: [],
    ...change,
  };
}

const LOCK = `lab:
  '44':
    x86_64:
      rpm:
        requested: [tmux]
        packages:
          - { name: tmux, epoch: 0, version: '3.5', release: 1.fc44, arch: x86_64, repository: lab, checksum: sha256:${'b'.repeat(64)} }
`;

/** A plan that lists something of each kind. */
function fullPlan(): BuildPlan {
  const given = planInput({
    packages: `immutablue:
  rpm:
    all: [tmux]
  repo_urls:
    all: [{name: x.repo, url: https://example.org/x.repo}]
`,
    scripts: { '55-late': 'e'.repeat(64) },
  });
  const [lock] = parseLock('/workspace/packages/teal/packages.lock.yaml', LOCK).value?.sections ?? [];
  if (lock === undefined) throw new Error('the lock is wrong');
  const deps = '/workspace/packages/teal/deps';
  const content = {
    folder: deps,
    entries: [{ type: 'file', path: 'Containerfile', mode: 0o644, sha256: '1'.repeat(64) } as const],
  };
  return createPlan({
    ...given,
    lock,
    packageFiles: [{ variant: 'teal', file: '/workspace/packages/teal/packages.yaml', content: 'immutablue: {}\n' }],
    overrides: [overrideAt('/etc/motd', '2')],
    overridesInPlace: [overrideAt('/etc/motd', '2')],
    depBuilders: [
      {
        variant: 'teal',
        containerfile: `${deps}/Containerfile`,
        content,
        reference: 'localhost/immutablue/dependencies-teal:44',
        secrets: [{ name: 'rhsm', state: 'given' }],
        reads: 'everything',
      },
    ],
  });
}

function overrideAt(path: string, digit: string): PlanInput['overrides'][number] {
  const directory = '/workspace/packages/teal/artifacts/overrides';
  return {
    type: 'file',
    path,
    mode: 0o644,
    size: 1,
    source: `${directory}${path}`,
    tree: { variant: 'teal', directory },
    sha256: digit.repeat(64),
    owner: 'root',
    group: 'root',
    hasStatedPermissions: false,
    overridden: [],
  } as unknown as PlanInput['overrides'][number];
}

describe('provenanceOf', () => {
  it('says who built what from what', () => {
    const given = input(fullPlan(), {
      parent: { registry: 'quay.io', repository: 'immutablue/immutablue', digest: digestOf('9') },
      documents: [{ name: 'teal.spdx.json', mediaType: 'application/spdx+json', digest: digestOf('5') }],
    });
    const statement = provenanceOf(given);
    const { checkpoint = '', rest } = statement.predicate.buildDefinition.internalParameters.buildKeys;
    // They are others with whatever is new in plans.
    const text = JSON.stringify(statement).replaceAll(checkpoint, 'CHECKPOINT').replaceAll(rest, 'REST');
    expect(JSON.parse(text)).toMatchInlineSnapshot(`
     {
       "_type": "https://in-toto.io/Statement/v1",
       "predicate": {
         "buildDefinition": {
           "buildType": "https://immutablue.io/provenance/build/v1",
           "externalParameters": {
             "architecture": "x86_64",
             "release": "44",
             "upstream": "lab",
             "variant": "teal",
           },
           "internalParameters": {
             "buildKeys": {
               "checkpoint": "CHECKPOINT",
               "rest": "REST",
             },
             "options": [
               "gui",
               "silverblue",
               "teal",
             ],
             "packages": "locked",
             "secrets": [
               "rhsm",
             ],
             "workspace": {
               "commit": "cccccccccccccccccccccccccccccccccccccccc",
               "state": "clean",
             },
           },
           "resolvedDependencies": [
             {
               "annotations": {
                 "kind": "parent configuration",
                 "variant": "base",
               },
               "digest": {
                 "sha256": "8888888888888888888888888888888888888888888888888888888888888888",
               },
               "mediaType": "application/vnd.oci.image.config.v1+json",
               "name": "localhost/immutablue/immutablue:44",
             },
             {
               "annotations": {
                 "kind": "parent image",
                 "variant": "base",
               },
               "digest": {
                 "sha256": "9999999999999999999999999999999999999999999999999999999999999999",
               },
               "name": "quay.io/immutablue/immutablue",
               "uri": "oci://quay.io/immutablue/immutablue",
             },
             {
               "annotations": {
                 "kind": "workspace",
               },
               "digest": {
                 "gitCommit": "cccccccccccccccccccccccccccccccccccccccc",
               },
               "name": "workspace",
               "uri": "git+https://git.example/immutablue",
             },
             {
               "annotations": {
                 "kind": "code",
               },
               "digest": {
                 "sha256": "code",
               },
               "name": "code of the builder",
             },
             {
               "annotations": {
                 "key": "8d3ac88f85ff73df6c8edb21b503d592a049dbd0cd83477c9fee6078ecfc019a",
                 "kind": "dep-builder",
               },
               "digest": {
                 "sha256": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
               },
               "name": "dep-builder of teal",
             },
             {
               "annotations": {
                 "kind": "override",
               },
               "digest": {
                 "sha256": "2222222222222222222222222222222222222222222222222222222222222222",
               },
               "name": "packages/teal/artifacts/overrides/etc/motd",
               "uri": "packages/teal/artifacts/overrides/etc/motd",
             },
             {
               "annotations": {
                 "kind": "file of a script",
               },
               "digest": {
                 "sha256": "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
               },
               "name": "packages/teal/build/55-late.sh",
               "uri": "packages/teal/build/55-late.sh",
             },
             {
               "annotations": {
                 "kind": "file of a dep-builder",
               },
               "digest": {
                 "sha256": "1111111111111111111111111111111111111111111111111111111111111111",
               },
               "name": "packages/teal/deps/Containerfile",
               "uri": "packages/teal/deps/Containerfile",
             },
             {
               "annotations": {
                 "digest-of": "its RPMs as sorted lines \`checksum  name-epoch:version-release.arch\`",
                 "kind": "lock",
               },
               "digest": {
                 "sha256": "df476d0b47f05e5a295f081391035c3ebfcaeb9ee2ad91949aa67cc5abc7b4d9",
               },
               "name": "packages/teal/packages.lock.yaml",
               "uri": "packages/teal/packages.lock.yaml",
             },
             {
               "annotations": {
                 "kind": "written file",
               },
               "digest": {
                 "sha256": "2bdbf7a648405b36f4d498e2a4326f87626a8fc128928cf2ef71459484773459",
               },
               "name": "packages/teal/packages.yaml",
               "uri": "packages/teal/packages.yaml",
             },
             {
               "annotations": {
                 "kind": "repository metadata",
               },
               "digest": {
                 "sha256": "repositories",
               },
               "name": "repomd.xml",
             },
             {
               "annotations": {
                 "kind": "locked RPM",
                 "repository": "lab",
               },
               "digest": {
                 "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
               },
               "name": "tmux-0:3.5-1.fc44.x86_64",
               "uri": "pkg:rpm/tmux@3.5-1.fc44?arch=x86_64&epoch=0",
             },
             {
               "annotations": {
                 "kind": "repository definition",
               },
               "name": "x.repo",
               "uri": "file:///run/immutablue/lab/repositories/example.org_x.repo",
             },
           ],
         },
         "runDetails": {
           "builder": {
             "id": "https://immutablue.io/provenance/builder/workspace/v1",
           },
           "byproducts": [
             {
               "digest": {
                 "sha256": "5555555555555555555555555555555555555555555555555555555555555555",
               },
               "mediaType": "application/spdx+json",
               "name": "teal.spdx.json",
             },
           ],
           "metadata": {
             "invocationId": "REST",
           },
         },
       },
       "predicateType": "https://slsa.dev/provenance/v1",
       "subject": [
         {
           "digest": {
             "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
           },
           "name": "quay.io/immutablue/teal",
         },
       ],
     }
    `);
  });

  it('is the same for the same image, wherever the workspace is', () => {
    const moved = (root: string) =>
      provenanceOf(
        input(createPlan({ ...planInput(), scripts: [scriptOf('55-late', 'e', `${root}/packages/teal`)] }), {
          workspaceRoot: root,
        }),
      );
    expect(moved('/home/alice/cyan')).toEqual(moved('/workspace'));
    expect(JSON.stringify(moved('/home/alice/cyan'))).not.toMatch(/alice|"\//);
  });

  it('names no commit when files are of none', () => {
    const { predicate } = provenanceOf(input(fullPlan(), { commit: { state: 'modified', commit: 'c'.repeat(40) } }));
    const { internalParameters, resolvedDependencies } = predicate.buildDefinition;
    expect(internalParameters.workspace).toEqual({ state: 'modified', commit: 'c'.repeat(40) });
    expect(resolvedDependencies.filter(({ digest }) => digest?.['gitCommit'] !== undefined)).toEqual([]);
  });

  it('refuses a plan of files that were edited after the image was built', () => {
    const built = input(fullPlan());
    const edited = createPlan({ ...planInput(), scripts: [scriptOf('55-late', 'edited')] });
    let shown = '';
    try {
      provenanceOf({ ...built, plan: edited });
    } catch (error) {
      shown = renderError(error, { root: '/', colors: 'never' });
    }
    expect(shown).toMatchInlineSnapshot(`
     "error[attest/other-plan]: the image of \`teal\` was built from other files than those that are there now
       hint: build it again: \`npx nx build teal\`"
    `);
  });
});

it.each([
  ['quay.io/fedora-ostree-desktops/silverblue:44', 'oci://quay.io/fedora-ostree-desktops/silverblue'],
  [`quay.io/a/b@${digestOf('5')}`, 'oci://quay.io/a/b'],
  ['localhost/immutablue-lab/fedora-ostree-desktops/silverblue:44', undefined],
])('names an upstream image that was pulled as %s by its digest, wherever its tag is', (reference, uri) => {
  const plan = fullPlan();
  const given = input(plan);
  const labels = { ...given.record.labels, 'org.opencontainers.image.base.digest': digestOf('9') };
  const parent = { reference, imageId: '8'.repeat(64) };
  const { predicate } = provenanceOf({ ...given, record: { ...given.record, labels, parent } });
  const named = predicate.buildDefinition.resolvedDependencies.filter(
    ({ annotations }) => annotations?.['kind'] === 'parent image',
  );
  expect(named.map((one) => [one.uri, one.digest])).toEqual(
    uri === undefined ? [] : [[uri, { sha256: '9'.repeat(64) }]],
  );
});
