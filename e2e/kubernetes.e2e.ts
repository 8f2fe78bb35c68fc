import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { generateKeyPair, KEY_VARIABLE } from '@immutablue/signing';
import { parse } from 'yaml';
import { outputOf, start, type Outcome } from './support/program';
import { PASSWORD, startSecuredRegistry, type SecuredRegistry } from './support/secured-registry';
import { createStore, type Store } from './support/store';
import { addTinyImage } from './support/tiny-image';
import { createWorkspace, disposeWithoutOrphans, type Workspace } from './support/workspace';

/**
 * The Jobs of `nx g @immutablue/nx:kubernetes` without a cluster: the script of a container runs as it is written, with its variables, in a
 * folder and with a store of its own. Stand-ins are apt-get and npm, as nothing is downloaded, and what tests and publishes an image.
 */
const WORKERS = 2;
const CHILDREN = ['e2e-one', 'e2e-two', 'e2e-three'] as const;

/** The line of `immutablue-nx-cache`, which is around Nx. */
const NX_RESULTS = /^nx-cache: \d+ results? of tasks taken, \d+ kept$/m;

const keys = generateKeyPair(undefined);
const stores: Store[] = [];
let scratch: string;
let registry: SecuredRegistry;
let origin: Workspace;
let commit: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-kubernetes-'));
  registry = await startSecuredRegistry(join(scratch, 'registry'));
  const upstream = `${registry.address}/e2e/tiny:44`;
  origin = await createWorkspace('linked', 'none');
  await addTinyImage(origin.store, join(scratch, 'tiny'), 'localhost/tiny');
  const login = ['--dest-authfile', registry.authFile, '--dest-cert-dir', registry.certificates];
  await origin.store.run(
    'skopeo',
    'copy',
    '--quiet',
    ...login,
    'containers-storage:localhost/tiny',
    `docker://${upstream}`,
  );
  await mkdir(join(scratch, 'bin'));
  await program('apt-get', 'exit');
  // Where npm could not lift a version to the top it stands in the package that needs it.
  await program(
    'npm',
    `target=$PWD; cd "${origin.root}"; cp --archive --parents node_modules {libs,tools}/*/node_modules "$target"`,
  );
  await writeFamily();
  outputOf(await origin.nx('g', '@immutablue/nx:kubernetes', `--workers=${WORKERS}`));
  commit = await commitAll();
});

afterAll(async () => {
  for (const store of stores) {
    expect(await store.orphans()).toEqual([]);
    await store.shutDown();
  }
  await disposeWithoutOrphans(origin);
  await registry.stop();
  await rm(scratch, { recursive: true });
});

async function commitAll(): Promise<string> {
  await origin.commit();
  return (await runCommand(['git', 'rev-parse', 'HEAD'], { cwd: origin.root })).stdout.trim();
}

/** A program that is found first. */
function program(name: string, script: string): Promise<void> {
  return writeFile(join(scratch, 'bin', name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

/** A base and what stands on it, in a workspace without a lab whose images go to the registry. */
async function writeFamily(): Promise<void> {
  for (const name of await readdir(join(origin.root, 'packages'))) {
    await rm(join(origin.root, 'packages', name), { recursive: true });
  }
  const nxJson = JSON.parse(await readFile(join(origin.root, 'nx.json'), 'utf8')) as {
    plugins: (string | { options: object })[];
  };
  for (const plugin of nxJson.plugins) {
    if (typeof plugin !== 'object') continue;
    Object.assign(plugin.options, {
      registry: `${registry.address}/family`,
      releases: ['44'],
      lab: undefined,
      signing: { publicKey: 'signing.pub' },
      ci: { provider: 'github', nxCache: `${registry.address}/family/nx-cache` },
    });
  }
  await origin.write('nx.json', JSON.stringify(nxJson));
  await origin.write('signing.pub', keys.publicKey);
  const targets = {
    test: { executor: 'nx:noop' },
    publish: { executor: 'nx:run-commands', options: { command: 'echo "published {projectName}"' } },
  };
  for (const name of ['e2e-base', ...CHILDREN]) {
    await origin.addVariant(name, {
      from: name === 'e2e-base' ? `${registry.address}/e2e/tiny` : 'e2e-base',
      files: {
        'build/55-own.sh': `# reads:\necho ${name} >/usr/${name}\nsleep 1\n`,
        // What follows repositories is not kept in a registry.
        'packages.lock.yaml': "fedora: { '44': { x86_64: { rpm: { requested: [], packages: [] } } } }\n",
        'project.json': JSON.stringify({ name, targets }),
      },
    });
  }
}

interface JobManifest {
  readonly metadata: { readonly generateName: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          {
            readonly command: readonly string[];
            readonly env: readonly { readonly name: string; readonly value?: string }[];
          },
        ];
      };
    };
  };
}

/** Runs what a pod would. */
async function runPod(file: string, pod: string, given: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const manifest = parse(await readFile(join(origin.root, 'kubernetes', file), 'utf8')) as JobManifest;
  const { command, env } = manifest.spec.template.spec.containers[0];
  const directory = join(scratch, pod);
  const home = join(directory, 'home');
  const sources = join(directory, 'images');
  const temporary = join(directory, 'tmp');
  for (const folder of [home, sources, temporary]) await mkdir(folder, { recursive: true });
  const certificates = join(home, '.config/containers/certs.d', registry.address);
  await mkdir(certificates, { recursive: true });
  await writeFile(join(certificates, 'ca.crt'), registry.authority);
  const store = await createStore(join(directory, 'store'), undefined, 'none');
  stores.push(store);
  const secrets: Readonly<Record<string, string>> = {
    [KEY_VARIABLE]: keys.privateKey,
    REGISTRY_USER: 'me',
    REGISTRY_PASSWORD: PASSWORD,
  };
  return start([...command] as [string, ...string[]], {
    cwd: sources,
    environment: {
      ...store.environment,
      PATH: [join(scratch, 'bin'), process.env['PATH']].join(delimiter),
      HOME: home,
      TMPDIR: temporary,
      IMMUTABLUE_CACHE_DIR: join(directory, 'cache'),
      SSL_CERT_FILE: join(registry.certificates, 'ca.crt'),
      NX_DAEMON: 'false',
      ...Object.fromEntries(
        env.flatMap(({ name, value = secrets[name] }) => (value === undefined ? [] : [[name, value]])),
      ),
      REPOSITORY_URL: origin.root,
      COMMIT: commit,
      ...given,
    },
  }).outcome;
}

/** Which images a pod has built. */
function builtBy(outcome: Outcome): readonly string[] {
  return [...outputOf(outcome).matchAll(/built \S+\/([\w-]+):44 /g)].flatMap(([, name = '']) => name);
}

/** Runs the Job that builds, and then the one that publishes. @returns what each has done. */
async function runJobs(name: string, given: Readonly<Record<string, string>> = {}) {
  const outcomes = await Promise.all(
    Array.from({ length: WORKERS }, (_, index) =>
      runPod('build.yaml', `${name}-${index}`, { ...given, JOB_COMPLETION_INDEX: String(index) }),
    ),
  );
  const publish = await runPod('publish.yaml', `${name}-publish`, given);
  const published = [...outputOf(publish).matchAll(/^published ([\w-]+) /gm)].map(([, variant]) => variant);
  return { built: outcomes.flatMap(builtBy).toSorted(), outputs: outcomes.map(outputOf), publish, published };
}

it('workers build a family together, each variant once; then it is published, parents first, without a build', async () => {
  const { built, outputs, publish, published } = await runJobs('all');
  expect(built).toEqual(['e2e-base', ...CHILDREN].toSorted());
  expect(builtBy(publish)).toEqual([]);
  expect(published[0]).toBe('e2e-base');
  expect(published.toSorted()).toEqual(built);
  for (const output of outputs) expect(output).toMatch(NX_RESULTS);
});

it('since a commit, what is affected is built and published, and nothing else', async () => {
  const base = commit;
  await origin.append('packages/e2e-two/build/55-own.sh', 'echo edited >/usr/edited\n');
  commit = await commitAll();
  const { built, publish, published } = await runJobs('since', { BASE: base });
  expect([built, builtBy(publish), published]).toEqual([['e2e-two'], [], ['e2e-two']]);
});
