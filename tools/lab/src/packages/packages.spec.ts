import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { type AllNames } from '@immutablue/variant';
import { describeArtifact, ensureArtifact } from '../cache/artifact';
import { describeKey, ensureKey, type SigningKey } from './key';
import { readLayer } from '../images/layer';
import { describeRepository, ensureRepository, packageIdentities, switchRepositoryLink } from './repository';
import { planStandIns, type StandInPlan } from './stand-in-plan';
import { describeStandIns, ensureStandIns } from './stand-ins';
import { LAB_TIMESTAMP } from './timestamp';
import { createTestLab, type TestLab } from '../testing/lab';
import { describeUpstreamLayer, ensureUpstreamLayer } from '../images/upstream-layer';

// What is shared here is made once with the real programs: gpg, rpmbuild, rpmsign, createrepo_c, rpm, tar.
let lab: TestLab;
let key: SigningKey;
beforeAll(async () => {
  lab = await createTestLab();
  key = await ensureKey(lab.context, describeKey(lab.context.paths));
}, 60_000);
afterAll(() => lab.remove());

const names: AllNames = {
  rpm: ['tailscale', 'gcc-c++', 'tmux', 'cri-o'],
  rpmRemove: [],
  downloads: [],
  rpmUrls: ['https://a.example/free-release-43.noarch.rpm', 'https://a.example/free-release-44.noarch.rpm'],
  repositories: [{ name: 'a.repo', url: 'https://a.example/a.repo' }],
  services: { system: ['tailscaled.service', 'crio.service'], user: [] },
};

const planOf = (changes: Partial<AllNames> = {}): StandInPlan =>
  planStandIns({
    demands: [{ variant: 'a', names: { ...names, ...changes } }],
    realNames: ['tmux'],
    providedUnits: new Set(),
  });

/** Trusts the lab's key alone, and checks a package against it. */
async function checkSignatures(files: readonly string[]): Promise<string> {
  const database = join(lab.directory, 'trust');
  const keyFile = join(lab.context.paths.cache, 'key', (await readdir(join(lab.context.paths.cache, 'key')))[0] ?? '');
  await runCommand(['rpm', '--dbpath', database, '--import', join(keyFile, 'public.asc')]);
  return (await runCommand(['rpm', '--dbpath', database, '--checksig', ...files])).stdout;
}

describe('ensureStandIns', () => {
  it('makes signed packages that hold what they are called and their units', async () => {
    const plan = planOf();
    const artifact = describeStandIns(lab.context.paths, plan, key);
    await ensureStandIns(lab.context, artifact, plan, key);
    const rpms = join(artifact.directory, 'rpms');
    expect((await readdir(rpms)).sort()).toEqual([
      'cri-o-0-1.lab.noarch.rpm',
      'gcc-c++-0-1.lab.noarch.rpm',
      'tailscale-0-1.lab.noarch.rpm',
      'tmux-0-1.lab.aarch64.rpm',
    ]);
    expect((await readdir(join(artifact.directory, 'urls'))).sort()).toEqual([
      'free-release-43.noarch.rpm',
      'free-release-44.noarch.rpm',
    ]);
    const query = await runCommand(['rpm', '--query', '--package', '--list', join(rpms, 'cri-o-0-1.lab.noarch.rpm')]);
    expect(query.stdout.split('\n')).toEqual([
      '/usr/lib/systemd/system/crio.service',
      '/usr/share/immutablue/lab/stand-ins/cri-o',
    ]);
    const all = (await readdir(rpms)).map((name) => join(rpms, name));
    const checked = await checkSignatures(all);
    expect(checked.split('\n')).toEqual(all.map((file) => `${file}: digests signatures OK`));
  }, 60_000);

  it('makes a package again as it was, so that one more leaves the rest of a repository as it is', async () => {
    const contents: Buffer[] = [];
    for (const plan of [planOf(), planOf({ rpm: [...names.rpm, 'htop'] })]) {
      const artifact = describeStandIns(lab.context.paths, plan, key);
      await ensureStandIns(lab.context, artifact, plan, key);
      contents.push(await readFile(join(artifact.directory, 'rpms', 'tailscale-0-1.lab.noarch.rpm')));
    }
    const [first, second] = contents;
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
  }, 60_000);
});

describe('ensureRepository', () => {
  const real = () => describeArtifact(lab.context.paths, 'real-packages', 'real packages', 'none');

  it('puts metadata, definitions and single packages where builds look for them', async () => {
    const plan = planOf();
    const standIns = describeStandIns(lab.context.paths, plan, key);
    await ensureStandIns(lab.context, standIns, plan, key);
    const realPackages = await ensureArtifact(lab.context, real(), () => Promise.resolve());
    const parts = { realPackages, standIns, plan };
    const repository = describeRepository(lab.context.paths, parts);
    await ensureRepository(lab.context, repository, parts);
    await switchRepositoryLink(lab.context.paths, repository);
    expect(await readlink(lab.context.paths.repositoryLink)).toBe(repository.directory);
    const entries = await readdir(lab.context.paths.repositoryLink, { recursive: true });
    expect(entries.filter((name) => !name.endsWith('.xml.gz')).sort()).toMatchInlineSnapshot(`
     [
       "downloads",
       "packages.json",
       "repositories",
       "repositories/a.example_a.repo",
       "rpms",
       "rpms/cri-o-0-1.lab.noarch.rpm",
       "rpms/gcc-c++-0-1.lab.noarch.rpm",
       "rpms/repodata",
       "rpms/repodata/repomd.xml",
       "rpms/tailscale-0-1.lab.noarch.rpm",
       "rpms/tmux-0-1.lab.aarch64.rpm",
       "urls",
       "urls/free-release-43.noarch.rpm",
       "urls/free-release-44.noarch.rpm",
     ]
    `);
    const rpm = join(repository.directory, 'rpms', 'tailscale-0-1.lab.noarch.rpm');
    expect((await stat(rpm)).mtimeMs / 1000).toBe(LAB_TIMESTAMP);
  }, 60_000);

  it('tells of each package apart what it is made of', () => {
    const identify = (plan: StandInPlan) =>
      packageIdentities({ realPackages: real(), standIns: describeStandIns(lab.context.paths, plan, key), plan });
    const before = identify(planOf());
    const added = identify(planOf({ rpm: [...names.rpm, 'htop'] }));
    expect(added).toEqual({ ...before, htop: expect.any(String) });
    // Its unit is no longer there.
    const changed = identify(planOf({ services: { system: ['tailscaled.service'], user: [] } }));
    expect(changed['cri-o']).not.toBe(before['cri-o']);
    expect(changed['tailscale']).toBe(before['tailscale']);
    expect(before['tmux']).toBe(real().hash);
  });
});

describe('ensureUpstreamLayer', () => {
  it('has the packages installed, recorded for rpm, and owned by root', async () => {
    const root = await ensureArtifact(
      lab.context,
      describeArtifact(lab.context.paths, 'root-filesystem', 'root filesystem', 'with a kernel alone'),
      async (directory) => {
        const kernel = join(lab.directory, 'kernel/usr/lib/modules/6.12-cloud-amd64');
        await mkdir(kernel, { recursive: true });
        await writeFile(join(kernel, 'vmlinuz'), 'a kernel');
        const tarFile = join(directory, 'layer.tar');
        await runCommand(['tar', '--create', '--file', tarFile, '--directory', join(lab.directory, 'kernel'), '.']);
      },
    );
    const input = { root, names: ['firefox', 'mutter', 'kernel'], release: '44' as never, key };
    const artifact = describeUpstreamLayer(lab.context.paths, input);
    await ensureUpstreamLayer(lab.context, artifact, input);
    const { archive } = await readLayer(join(artifact.directory, 'layer.tar'));
    const listing = await runCommand(['tar', '--list', '--file', archive]);
    expect(listing.stdout.split('\n').filter((path) => !path.endsWith('/'))).toMatchInlineSnapshot(`
     [
       "./etc/pki/rpm-gpg/RPM-GPG-KEY-immutablue-lab",
       "./etc/yum.repos.d/immutablue-lab.repo",
       "./usr/lib/os-release",
       "./usr/lib/rpm/macros.d/macros.immutablue-lab-release",
       "./usr/lib/sysimage/rpm/rpmdb.sqlite",
       "./usr/share/immutablue/lab/stand-ins/firefox",
       "./usr/share/immutablue/lab/stand-ins/kernel",
       "./usr/share/immutablue/lab/stand-ins/kernel-modules",
       "./usr/share/immutablue/lab/stand-ins/kernel-modules-core",
       "./usr/share/immutablue/lab/stand-ins/kernel-modules-extra",
       "./usr/share/immutablue/lab/stand-ins/mutter",
     ]
    `);
    const tree = join(lab.directory, 'root');
    await runCommand(['mkdir', tree]);
    await runCommand(['tar', '--extract', '--file', archive, '--directory', tree]);
    const rpm = ['rpm', '--root', tree, '--dbpath', '/usr/lib/sysimage/rpm'] as const;
    const query = [...rpm, '--query'] as const;
    expect((await runCommand([...query, '--whatprovides', 'system-release'])).stdout).toBe(
      'immutablue-lab-release-44-1.lab.noarch',
    );
    expect((await runCommand([...query, 'firefox', 'mutter'])).stdout.split('\n')).toHaveLength(2);
    expect(await readFile(join(tree, 'usr/lib/os-release'), 'utf8')).toContain('VERSION_ID=44\n');
    // The kernel of the layer below belongs to kernel-core, and goes with it.
    const kernel = '/usr/lib/modules/6.12-cloud-amd64';
    expect((await runCommand([...query, '--list', 'kernel-core'])).stdout.split('\n')).toEqual([
      kernel,
      `${kernel}/vmlinuz`,
    ]);
    await runCommand(['cp', '--recursive', `${lab.directory}/kernel/usr`, tree]);
    await runCommand([...rpm, '--erase', 'kernel-core']);
    expect(await readdir(join(tree, 'usr/lib/modules'))).toEqual([]);
  }, 60_000);
});
