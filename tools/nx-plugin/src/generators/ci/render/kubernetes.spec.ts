import { Job } from 'kubernetes-models/batch/v1/Job';
import { parseAllDocuments } from 'yaml';
import { parsePluginOptions } from '../../../shared/settings';
import { createWorkers } from '../pipeline/create-pipeline';
import { FAMILY, variantsOf } from '../testing/pipeline';
import { shellcheck } from '../testing/shellcheck';
import { KUBERNETES_BUILD, KUBERNETES_PUBLISH, renderKubernetes } from './kubernetes';

function filesOf(variants: Readonly<Record<string, string>>, options: Readonly<Record<string, unknown>> = {}) {
  const parsed = parsePluginOptions({ releases: ['44', '43'], signing: { publicKey: 'signing.pub' }, ...options });
  return renderKubernetes(createWorkers({ ...variantsOf(variants), options: parsed }, 3));
}

function jobsIn(text = ''): readonly Job[] {
  return parseAllDocuments(text).map((document) => new Job(document.toJS() as ConstructorParameters<typeof Job>[0]));
}

const all = (files: ReadonlyMap<string, string>) => [...files.values()].flatMap(jobsIn);
const containerOf = (job: Job) => job.spec?.template.spec?.containers[0];
const variableOf = (job: Job, wanted: string) => containerOf(job)?.env?.find(({ name }) => name === wanted)?.value;

it('what is written for a family of one', () => {
  const files = filesOf({ base: 'from: quay.io/fedora-ostree-desktops/silverblue' }, { releases: ['44'] });
  expect(files.get(KUBERNETES_BUILD)).toMatchInlineSnapshot(`
   "apiVersion: batch/v1
   kind: Job
   metadata:
     generateName: images-build-x86-64-44-
   spec:
     completionMode: Indexed
     completions: 3
     parallelism: 3
     backoffLimitPerIndex: 2
     podFailurePolicy:
       rules:
         - action: Ignore
           onPodConditions:
             - type: DisruptionTarget
               status: 'True'
     template:
       spec:
         restartPolicy: Never
         automountServiceAccountToken: false
         enableServiceLinks: false
         nodeSelector:
           kubernetes.io/arch: amd64
         containers:
           - name: build
             image: docker.io/library/node:20-bookworm
             workingDir: /workspace/images
             volumeMounts:
               - name: images
                 mountPath: /workspace/images
               - name: containers
                 mountPath: /var/lib/containers
             securityContext:
               capabilities:
                 add:
                   - SYS_ADMIN
               appArmorProfile:
                 type: Unconfined
             env:
               - name: REPOSITORY_URL
                 value: <repository>
               - name: COMMIT
                 value: <commit>
               - name: BASE
                 value: ''
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
                 value: '44'
               - name: ARCHITECTURE
                 value: x86_64
               - name: VARIANTS
                 value: base
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
               - name: WORKERS
                 value: '3'
             command:
               - bash
               - -c
               - |
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

                 if [ -n "$BASE" ]; then
                   git fetch --quiet --depth 1 "$REPOSITORY_URL" "$BASE"
                   affected=$(npx nx show projects --affected --base "$BASE" --head "$COMMIT")
                   VARIANTS=$(while read -r projects; do
                     if grep --quiet --line-regexp --fixed-strings "\${projects##*,}" <<< "$affected"; then echo "$projects"; fi
                   done <<< "$VARIANTS")
                 fi
                 PROJECTS=$(sed --quiet "$((JOB_COMPLETION_INDEX + 1))~\${WORKERS}p" <<< "$VARIANTS" | paste --serial --delimiters ,)
                 if [ -z "$PROJECTS" ]; then echo "nothing to build"; exit; fi
                 for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
                 npx nx run-many --targets build,test --projects "$PROJECTS" --configuration "f$RELEASE" --architecture "$ARCHITECTURE" --outputStyle stream
         volumes:
           - name: images
             emptyDir: {}
           - name: containers
             emptyDir: {}
   "
  `);
  const [publish] = jobsIn(files.get(KUBERNETES_PUBLISH));
  expect({ ...publish?.spec, template: undefined }).toMatchInlineSnapshot(`
   {
     "backoffLimit": 2,
     "podFailurePolicy": {
       "rules": [
         {
           "action": "Ignore",
           "onPodConditions": [
             {
               "status": "True",
               "type": "DisruptionTarget",
             },
           ],
         },
       ],
     },
     "template": undefined,
   }
  `);
  expect(
    containerOf(publish ?? new Job())
      ?.command?.at(-1)
      ?.split('\n')
      .slice(-17),
  ).toMatchInlineSnapshot(`
   [
     "",
     "if [ -n "$BASE" ]; then",
     "  git fetch --quiet --depth 1 "$REPOSITORY_URL" "$BASE"",
     "  affected=$(npx nx show projects --affected --base "$BASE" --head "$COMMIT")",
     "  VARIANTS=$(while read -r projects; do",
     "    if grep --quiet --line-regexp --fixed-strings "\${projects##*,}" <<< "$affected"; then echo "$projects"; fi",
     "  done <<< "$VARIANTS")",
     "fi",
     "while read -r -u 3 PROJECTS; do",
     "if [ -z "$PROJECTS" ]; then continue; fi",
     "PROJECT=\${PROJECTS##*,}",
     "for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done",
     "npx nx run-many --targets build,test --projects "$PROJECTS" --configuration "f$RELEASE" --architecture "$ARCHITECTURE" --outputStyle stream",
     "for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done",
     "npx nx run "$PROJECT:publish" --configuration "f$RELEASE" --architecture "$ARCHITECTURE"",
     "done 3<<< "$VARIANTS"",
     "",
   ]
  `);
});

it('is what the schemas of Kubernetes say', () => {
  const jobs = all(filesOf(FAMILY));
  for (const job of jobs) job.validate();
  const wrong = new Job({ metadata: {}, spec: { backoffLimitPerIndex: '2' } } as never);
  expect(() => {
    wrong.validate();
  }).toThrow('data/spec/backoffLimitPerIndex must be integer');
});

describe('scripts', () => {
  const nxCache = { ci: { provider: 'github', nxCache: 'quay.io/someone/nx-cache' } };
  const scripts = [...all(filesOf(FAMILY)), ...all(filesOf(FAMILY, nxCache))].map(
    (job) => containerOf(job)?.command?.at(-1) ?? '',
  );

  it('Kubernetes changes nothing in them, where it would replace what looks like a variable of its own', () => {
    for (const script of scripts) expect(script).not.toMatch(/\$\$|\$\(\w+\)/);
  });

  it('shellcheck finds nothing in them', () => shellcheck(scripts));

  it('take results of Nx from a registry, where nx.json names one', () => {
    const half = scripts.length / 2;
    const uses = scripts.map((script) => script.includes('immutablue-nx-cache --write "$NX_CACHE"'));
    expect(uses).toEqual(scripts.map((_, index) => index >= half));
  });
});

it('has Jobs for each release and architecture, with the variants that it has, parents first', () => {
  const builds = jobsIn(filesOf(FAMILY).get(KUBERNETES_BUILD)).map((job) => [
    job.metadata?.generateName,
    variableOf(job, 'RELEASE'),
    job.spec?.template.spec?.nodeSelector?.['kubernetes.io/arch'],
    variableOf(job, 'VARIANTS')?.split('\n').join(' '),
  ]);
  expect(builds).toMatchInlineSnapshot(`
   [
     [
       "images-build-x86-64-44-",
       "44",
       "amd64",
       "base wide wide,broad cyan @org/navy teal",
     ],
     [
       "images-build-x86-64-43-",
       "43",
       "amd64",
       "base wide wide,broad cyan @org/navy teal",
     ],
     [
       "images-build-aarch64-44-",
       "44",
       "arm64",
       "asahi wide wide,broad",
     ],
     [
       "images-build-aarch64-43-",
       "43",
       "arm64",
       "asahi wide wide,broad",
     ],
   ]
  `);
});

it('pods have the secrets of the variants that they build', () => {
  const secrets = jobsIn(filesOf(FAMILY, { releases: ['44'] }).get(KUBERNETES_BUILD)).map((job) =>
    containerOf(job)?.env?.flatMap(({ name, valueFrom }) => (valueFrom === undefined ? [] : [name])),
  );
  expect(secrets).toMatchInlineSnapshot(`
   [
     [
       "REGISTRY_USER",
       "REGISTRY_PASSWORD",
       "IMMUTABLUE_SIGNING_KEY",
       "IMMUTABLUE_SIGNING_PASSWORD",
       "IMMUTABLUE_SECRET_MOK_KEY",
     ],
     [
       "REGISTRY_USER",
       "REGISTRY_PASSWORD",
       "IMMUTABLUE_SIGNING_KEY",
       "IMMUTABLUE_SIGNING_PASSWORD",
     ],
   ]
  `);
});
