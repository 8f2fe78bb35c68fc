import { parseAllDocuments } from 'yaml';
import { parsePluginOptions } from '../../../shared/settings';
import { createPublishJobs } from '../pipeline/create-pipeline';
import { FAMILY, variantsOf } from '../testing/pipeline';
import { renderTekton, TEKTON_PIPELINES, TEKTON_RUNS } from './tekton';

const signing = { publicKey: 'signing.pub' };

function filesOf(variants: Readonly<Record<string, string>>, releases: readonly string[]) {
  const options = parsePluginOptions({ releases, signing });
  return renderTekton(createPublishJobs({ ...variantsOf(variants), options }));
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly tasks?: readonly { readonly name: string; readonly runAfter?: readonly string[] }[];
    readonly steps?: readonly { readonly env: readonly { readonly name: string; readonly valueFrom?: object }[] }[];
  };
}

function manifestsIn(text = ''): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

it('what is written for a family of one', () => {
  const files = filesOf({ base: 'from: quay.io/fedora-ostree-desktops/silverblue' }, ['44']);
  expect(files.get(TEKTON_PIPELINES)).toMatchInlineSnapshot(`
   "apiVersion: tekton.dev/v1
   kind: Task
   metadata:
     name: image
   spec:
     params:
       - name: repository
       - name: revision
       - name: release
       - name: project
       - name: projects
       - name: architecture
     steps:
       - name: image
         image: docker.io/library/node:20-bookworm
         workingDir: /workspace/images
         env:
           - name: REPOSITORY_URL
             value: $(params.repository)
           - name: COMMIT
             value: $(params.revision)
           - name: REGISTRY
             value: quay.io
           - name: REGISTRY_USER
             valueFrom:
               secretKeyRef:
                 name: immutablue
                 key: IMMUTABLUE_REGISTRY_USER
                 optional: true
           - name: REGISTRY_PASSWORD
             valueFrom:
               secretKeyRef:
                 name: immutablue
                 key: IMMUTABLUE_REGISTRY_PASSWORD
                 optional: true
           - name: RELEASE
             value: $(params.release)
           - name: ARCHITECTURE
             value: $(params.architecture)
           - name: PROJECTS
             value: $(params.projects)
           - name: IMMUTABLUE_CACHE_REPOSITORY
             value: quay.io/immutablue/cache
           - name: IMMUTABLUE_CACHE_REPOSITORY_WRITE
             value: quay.io/immutablue/cache
           - name: IMMUTABLUE_SIGNING_KEY
             valueFrom:
               secretKeyRef:
                 name: immutablue
                 key: IMMUTABLUE_SIGNING_KEY
                 optional: true
           - name: IMMUTABLUE_SIGNING_PASSWORD
             valueFrom:
               secretKeyRef:
                 name: immutablue
                 key: IMMUTABLUE_SIGNING_PASSWORD
                 optional: true
           - name: PROJECT
             value: $(params.project)
         script: |
           #!/usr/bin/env bash
           set -euo pipefail
           git init --quiet .
           git fetch --quiet --depth 1 "$REPOSITORY_URL" "$COMMIT"
           git checkout --quiet FETCH_HEAD
           npm ci --no-audit --no-fund
           as_root=()
           if [ "$(id --user)" != 0 ]; then as_root=(sudo); fi
           "\${as_root[@]}" apt-get update --quiet
           "\${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends buildah libcap2-bin skopeo tar uidmap util-linux

           mkdir --parents "$HOME/.config/containers"
           skopeo login --authfile "$HOME/.config/containers/auth.json" --username "$REGISTRY_USER" --password-stdin "$REGISTRY" <<< "$REGISTRY_PASSWORD"

           for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
           npx nx run-many --targets build,test --projects "$PROJECTS" --configuration "f$RELEASE" --architecture "$ARCHITECTURE" --outputStyle stream

           for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
           npx nx run "$PROJECT:publish" --configuration "f$RELEASE" --architecture "$ARCHITECTURE"
         securityContext:
           privileged: true
         volumeMounts:
           - name: images
             mountPath: /workspace/images
           - name: containers
             mountPath: /var/lib/containers
     volumes:
       - name: images
         emptyDir: {}
       - name: containers
         emptyDir: {}
   ---
   apiVersion: tekton.dev/v1
   kind: Pipeline
   metadata:
     name: images-x86-64
   spec:
     params:
       - name: repository
       - name: revision
       - name: release
     tasks:
       - name: base
         taskRef:
           name: image
         timeout: 3h
         params:
           - name: repository
             value: $(params.repository)
           - name: revision
             value: $(params.revision)
           - name: release
             value: $(params.release)
           - name: project
             value: base
           - name: projects
             value: base
           - name: architecture
             value: x86_64
   "
  `);
  expect(files.get(TEKTON_RUNS)).toMatchInlineSnapshot(`
   "apiVersion: tekton.dev/v1
   kind: PipelineRun
   metadata:
     generateName: images-x86-64-44-
   spec:
     pipelineRef:
       name: images-x86-64
     params:
       - name: repository
         value: <URL of the repository>
       - name: revision
         value: <commit>
       - name: release
         value: '44'
     timeouts:
       pipeline: '0'
     taskRunTemplate:
       podTemplate:
         nodeSelector:
           kubernetes.io/arch: amd64
         automountServiceAccountToken: false
   "
  `);
});

it('a pipeline for each architecture, in which a variant runs after its parent', () => {
  const manifests = manifestsIn(filesOf(FAMILY, ['44', '43']).get(TEKTON_PIPELINES));
  const edges = manifests
    .filter(({ kind }) => kind === 'Pipeline')
    .map(({ metadata, spec }) => [
      metadata.name,
      spec.tasks?.map(({ name, runAfter }) => [name, runAfter?.join()].join()),
    ]);
  expect(edges).toMatchInlineSnapshot(`
   [
     [
       "images-x86-64",
       [
         "base,",
         "wide,",
         "broad,wide",
         "cyan,base",
         "navy,base",
         "teal,cyan",
       ],
     ],
     [
       "images-aarch64",
       [
         "asahi,",
         "wide,",
         "broad,wide",
       ],
     ],
   ]
  `);
});

it('the secrets of a variant are in the Tasks of those alone that are built with it', () => {
  const manifests = manifestsIn(filesOf(FAMILY, ['44']).get(TEKTON_PIPELINES));
  const secrets = manifests
    .filter(({ kind }) => kind === 'Task')
    .map(({ metadata, spec }) => [
      metadata.name,
      spec.steps?.flatMap(({ env }) => env.flatMap(({ name, valueFrom }) => (valueFrom === undefined ? [] : [name]))),
    ]);
  expect(secrets).toMatchInlineSnapshot(`
   [
     [
       "image",
       [
         "REGISTRY_USER",
         "REGISTRY_PASSWORD",
         "IMMUTABLUE_SIGNING_KEY",
         "IMMUTABLUE_SIGNING_PASSWORD",
       ],
     ],
     [
       "image-cyan",
       [
         "REGISTRY_USER",
         "REGISTRY_PASSWORD",
         "IMMUTABLUE_SIGNING_KEY",
         "IMMUTABLUE_SIGNING_PASSWORD",
         "IMMUTABLUE_SECRET_MOK_KEY",
       ],
     ],
     [
       "image-teal",
       [
         "REGISTRY_USER",
         "REGISTRY_PASSWORD",
         "IMMUTABLUE_SIGNING_KEY",
         "IMMUTABLUE_SIGNING_PASSWORD",
         "IMMUTABLUE_SECRET_MOK_KEY",
       ],
     ],
   ]
  `);
});
