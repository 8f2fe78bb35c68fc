import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand, runInContainer } from '@immutablue/oci';
import { errorsIn } from './support/errors';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
});

afterAll(() => workspace.dispose());

/** Files of a variant of the family that a smaller one takes: what builds its kernel modules and checks them. */
async function filesOf(variant: string, ...paths: readonly string[]): Promise<Record<string, string>> {
  const contents = await Promise.all(
    paths.map((path) => readFile(join(workspace.root, 'packages', variant, path), 'utf8')),
  );
  return Object.fromEntries(paths.map((path, index) => [path, contents[index] ?? '']));
}

const DEP_BUILDER = ['deps/Containerfile', 'deps/build-kmod-nvidia.sh'];
const CHECK = 'build/30-install-packages.sh';

async function run(target: 'deps' | 'build', variant: string) {
  return await workspace.nx(target, variant, '--exclude-task-dependencies');
}

async function inImage(variant: string, ...command: readonly string[]): Promise<string> {
  const container = 'e2e-look';
  await workspace.store.run('buildah', 'from', '--pull-never', '--name', container, imageOf(variant));
  try {
    return (await runInContainer({ container, command }, { environment: workspace.store.environment })).stdout;
  } finally {
    await workspace.store.run('buildah', 'rm', container);
  }
}

describe("a variant with cyan's dep-builder", () => {
  it('has the modules for its kernel, as a package, and nothing of what built them', async () => {
    await workspace.addVariant('e2e-modules', {
      keys: { secrets: '[mok-key]' },
      files: await filesOf('cyan', ...DEP_BUILDER, CHECK),
    });
    for (const target of ['deps', 'build'] as const) {
      const { exitCode, output } = await run(target, 'e2e-modules');
      expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
    }
    const kernel = await inImage('e2e-modules', 'ls', '/usr/lib/modules');
    const vermagic = await inImage(
      'e2e-modules',
      'modinfo',
      '--set-version',
      kernel,
      '--field',
      'vermagic',
      'nvidia-drm',
    );
    expect(vermagic.split(' ')[0]).toBe(kernel);
    const module = `/usr/lib/modules/${kernel}/extra/nvidia/nvidia.ko`;
    expect(await inImage('e2e-modules', 'rpm', '--query', '--file', module, '--queryformat', '%{NAME}')).toBe(
      `kmod-nvidia-${kernel}`,
    );
    const packages = await inImage('e2e-modules', 'rpm', '--query', '--all', '--queryformat', '%{NAME}\n');
    expect(packages.split('\n')).not.toContain('kernel-devel');
    expect(packages).not.toContain('gcc');
    expect(await inImage('e2e-modules', 'find', '/run', '-name', '*.rpm')).toBe('');
  });

  it('is not built when a module is for another kernel', async () => {
    // Takes the dep-builder's image of the test before this one.
    const check = (await filesOf('cyan', CHECK))[CHECK] ?? '';
    await workspace.write(
      `packages/e2e-modules/${CHECK}`,
      `sed --in-place 's/vermagic=6\\./vermagic=5./' /usr/lib/modules/*/extra/nvidia/nvidia-uvm.ko\n${check}`,
    );
    const { exitCode, output } = await run('build', 'e2e-modules');
    expect(exitCode).not.toBe(0);
    const [error, ...others] = errorsIn(output);
    expect(others).toEqual([]);
    expect(error?.replaceAll(/(?<=[56]\.)\d[\w.+-]*(?=[ ,/]|$)/gm, 'x')).toBe(
      `
error[build/sub-stage-failed]: \`e2e-modules\` failed in 30-install-packages: the script ended with exit code 1
  --> packages/e2e-modules/build/30-install-packages.sh:7:1
  |
7 | require_modules "\${kernel}" nvidia nvidia-drm nvidia-modeset nvidia-uvm
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  | /usr/lib/modules/6.x/extra/nvidia/nvidia-uvm.ko was built for kernel 5.x, the kernel of the image is 6.x
  hint: to look around in the container as it is then: \`npx nx build e2e-modules --on-failure=keep\``.trim(),
    );
  });
});

it('does not build a variant whose modules are missing', async () => {
  await workspace.addVariant('e2e-missing', { files: await filesOf('cyan', CHECK) });
  const { exitCode, output } = await run('build', 'e2e-missing');
  expect(exitCode).not.toBe(0);
  expect(errorsIn(output)).toEqual([
    expect.stringMatching(/there is no kernel module nvidia\.ko for kernel 6\.\S+ in the image/),
  ]);
});

it('tells from the dep-builder that no repository has the series of lts_version', async () => {
  const files = await filesOf('trueblue', 'deps/Containerfile', 'deps/build-kernel-and-zfs.sh', 'deps/kmod-zfs.spec');
  await workspace.addVariant('e2e-series', {
    keys: { secrets: '[mok-key]' },
    files: { ...files, 'packages.yaml': "immutablue:\n  lts_version:\n    44: '6.18'\n" },
  });
  const { exitCode, output } = await run('deps', 'e2e-series');
  expect(exitCode).not.toBe(0);
  const [error] = errorsIn(output);
  expect(error).toMatch(/^error\[build\/dependency-container-failed\]/);
  expect(error).toContain('packages/e2e-series/deps/Containerfile:12:1');
  expect(error).toContain('lts_version is 6.18, and repo_urls of packages.yaml has no kernel-longterm-6.18.repo');
});

it('installs no more than the packages when a dep-builder makes no RPM, and still names the line of one', async () => {
  await workspace.addVariant('e2e-no-rpms', {
    files: {
      'packages.yaml': 'immutablue:\n  rpm:\n    all: [htop, no-such-package]\n',
      'deps/Containerfile': 'FROM scratch\nCOPY Containerfile /usr/share/e2e/\n',
    },
  });
  await run('deps', 'e2e-no-rpms');
  const failed = await run('build', 'e2e-no-rpms');
  expect(errorsIn(failed.output)).toEqual([
    `
error[build/package-not-found]: no repository has a package \`no-such-package\`
  --> packages/e2e-no-rpms/packages.yaml:3:17
  |
3 |     all: [htop, no-such-package]
  |                 ^^^^^^^^^^^^^^^
  hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture`.trim(),
  ]);
  for (const packages of ['immutablue:\n  rpm:\n    all: [htop]\n', 'immutablue:\n']) {
    await workspace.write('packages/e2e-no-rpms/packages.yaml', packages);
    const { exitCode, output } = await run('build', 'e2e-no-rpms');
    expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
  }
  expect(await workspace.store.orphans()).toEqual([]);
});

it('are signed where a build is given the key', async () => {
  const file = join(workspace.root, 'tmp', 'mok.pem');
  await mkdir(dirname(file), { recursive: true });
  await runCommand([
    ...(['openssl', 'req', '-new', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30'] as const),
    ...['-subj', '/CN=e2e signer/', '-keyout', file, '-out', `${file}.crt`],
  ]);
  await appendFile(file, await readFile(`${file}.crt`));
  const given = { IMMUTABLUE_SECRET_MOK_KEY: await readFile(file, 'utf8') };

  const files = await filesOf('cyan', ...DEP_BUILDER, CHECK);
  await workspace.addVariant('e2e-signed', { keys: { secrets: '[mok-key]' }, files });
  for (const target of ['deps', 'build'] as const) {
    const { exitCode, output } = await workspace.nxWith(given, target, 'e2e-signed', '--exclude-task-dependencies');
    expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
  }
  const kernel = await inImage('e2e-signed', 'ls', '/usr/lib/modules');
  expect(await inImage('e2e-signed', 'modinfo', '--set-version', kernel, '--field', 'signer', 'nvidia')).toBe(
    'e2e signer',
  );
});
