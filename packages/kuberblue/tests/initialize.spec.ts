import { createHash } from 'node:crypto';
import { readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchMachine, useScratchMachine } from '../../../testing/scratch-machine';

const OVERRIDES = join(__dirname, '..', 'artifacts', 'overrides');
const FIRST_BOOT = 'usr/libexec/immutablue/system/first_boot/50-kuberblue.sh';
const STATE = 'var/lib/kuberblue';

/** Answers for its version, keeps the configuration that it is given, and leaves the files of a node. */
const KUBEADM = `case "$1" in
  version) echo v1.36.1 ;;
  init | join)
    cp "$3" "$IMMUTABLUE_ROOT/seen.yaml"
    stat --format %a "$(dirname "$3")" > "$IMMUTABLUE_ROOT/mode"
    mkdir -p "$IMMUTABLUE_ROOT/etc/kubernetes"
    echo kubelet > "$IMMUTABLUE_ROOT/etc/kubernetes/kubelet.conf"
    [[ ! -e "$IMMUTABLUE_ROOT/broken" ]] || { echo 'preflight: no network' >&2; exit 1; }
    echo admin > "$IMMUTABLUE_ROOT/etc/kubernetes/admin.conf"
    ;;
esac`;

const JOIN = `role: join
join:
  endpoint: 192.0.2.1:6443
  token: abcdef.0123456789abcdef
  ca_cert_hashes: [sha256:${'a'.repeat(64)}]
`;

const START_SERVICES = [
  'systemctl unmask kubelet.service',
  'systemctl enable kubelet.service',
  'systemctl start network-online.target crio.service',
];

const machine = useScratchMachine(() => new ScratchMachine(OVERRIDES));

beforeEach(() => {
  machine().standIn('systemctl');
  machine().standIn('kubeadm', KUBEADM);
  machine().standIn('kubectl');
  machine().standIn('curl');
});

/** The calls, with the machine's own paths as they are on a real one. */
function calls(given: ScratchMachine): readonly string[] {
  return given.takeCalls().map((call) => call.replaceAll(given.root, ''));
}

describe('the first boot', () => {
  it('makes a fresh machine a control plane on which pods run', () => {
    machine().write('etc/kuberblue/cluster.yaml', 'role: init\n');

    const { exitCode, output } = machine().runJoined(FIRST_BOOT);

    expect(output).toContain('kuberblue: this machine is a node now');
    expect(exitCode).toBe(0);
    expect(calls(machine())).toEqual([
      ...START_SERVICES,
      'kubeadm version --output short',
      'kubeadm init --config /run/kuberblue/kubeadm.yaml',
    ]);
    expect(machine().read('seen.yaml')).toBe(`apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration:
  criSocket: unix:///var/run/crio/crio.sock
  kubeletExtraArgs:
  - name: volume-plugin-dir
    value: /var/lib/kubelet/volumeplugins
  taints: []
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: kuberblue
kubernetesVersion: v1.36.1
networking:
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
  dnsDomain: cluster.local
controllerManager:
  extraArgs:
  - name: flex-volume-plugin-dir
    value: /var/lib/kubelet/volumeplugins
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
`);
    expect(machine().read('root/.kube/config')).toBe('admin\n');
    expect(statSync(join(machine().root, 'root/.kube/config')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(machine().read('etc/cni/net.d/10-kuberblue-bridge.conflist'))).toMatchObject({
      name: 'kuberblue',
      plugins: [{ type: 'bridge', ipam: { ranges: [[{ subnet: '10.244.0.0/16' }]] } }, { type: 'portmap' }],
    });
  });

  it('does nothing on a machine that is a node already', () => {
    machine().write('etc/kuberblue/cluster.yaml', 'role: init\n');
    machine().runJoined(FIRST_BOOT);
    machine().takeCalls();

    expect(machine().runJoined(FIRST_BOOT)).toEqual({
      exitCode: 0,
      output: 'kuberblue: this machine is a node already: nothing to do\n',
    });
    expect(machine().takeCalls()).toEqual([]);
  });

  it('does nothing on a machine that was made a node by hand', () => {
    machine().write('etc/kuberblue/cluster.yaml', 'role: init\n');
    machine().write('etc/kubernetes/kubelet.conf', '');

    expect(machine().runJoined(FIRST_BOOT).exitCode).toBe(0);
    expect(machine().takeCalls()).toEqual([]);
  });

  it('does nothing when told so', () => {
    machine().write('etc/kuberblue/cluster.yaml', 'role: none\n');

    expect(machine().runJoined(FIRST_BOOT).exitCode).toBe(0);
    expect(machine().takeCalls()).toEqual([]);
  });

  it('names the fault of cluster.yaml, and touches nothing', () => {
    machine().write('etc/kuberblue/cluster.yaml', 'role: master\n');

    const { exitCode, output } = machine().runJoined(FIRST_BOOT);

    expect(exitCode).toBe(1);
    expect(output).toContain('/etc/kuberblue/cluster.yaml:1: `role`: expected one of init, join, none, found `master`');
    expect(output).toContain('then run /usr/libexec/immutablue/kuberblue/initialize');
    expect(machine().takeCalls()).toEqual([]);
    expect(machine().exists(STATE)).toBe(false);
  });

  it('can be run again after a failure: what the failed run left is cleared up first', () => {
    machine().write('etc/kuberblue/cluster.yaml', 'role: init\n');
    machine().write('broken', '');

    const failed = machine().runJoined(FIRST_BOOT);

    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain('preflight: no network');
    expect(failed.output).toContain('kubeadm init failed');
    expect(machine().exists('run/kuberblue')).toBe(false);
    machine().takeCalls();

    machine().standIn('kubeadm', KUBEADM.replace('/broken', '/mended'));
    expect(machine().runJoined(FIRST_BOOT).exitCode).toBe(0);
    expect(calls(machine())).toEqual([
      ...START_SERVICES,
      'kubeadm reset --force --cri-socket unix:///var/run/crio/crio.sock',
      'kubeadm version --output short',
      'kubeadm init --config /run/kuberblue/kubeadm.yaml',
    ]);
  });

  it('goes on with the network when that alone failed, and keeps the cluster', () => {
    machine().write('network.yaml', 'kind: Namespace\n');
    const sha256 = createHash('sha256').update('kind: Namespace\n').digest('hex');
    const network = (digest: string) =>
      `role: init\ncluster:\n  network:\n    manifest: ${join(machine().root, 'network.yaml')}\n    sha256: ${digest}\n`;
    machine().write('etc/kuberblue/cluster.yaml', network('0'.repeat(64)));

    const failed = machine().runJoined(FIRST_BOOT);

    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain('does not have the SHA-256 that cluster.network.sha256 states');
    expect(
      machine()
        .takeCalls()
        .some((call) => call.startsWith('kubectl')),
    ).toBe(false);
    expect(machine().exists('etc/cni/net.d/10-kuberblue-bridge.conflist')).toBe(false);

    machine().write('etc/kuberblue/cluster.yaml', network(sha256));
    expect(machine().runJoined(FIRST_BOOT).exitCode).toBe(0);
    expect(calls(machine())).toEqual([
      ...START_SERVICES,
      'kubectl --kubeconfig /etc/kubernetes/admin.conf apply --filename /network.yaml',
    ]);
  });

  it('joins as a worker', () => {
    machine().write('etc/kuberblue/cluster.yaml', JOIN);

    expect(machine().runJoined(FIRST_BOOT).exitCode).toBe(0);
    expect(calls(machine()).at(-1)).toBe('kubeadm join --config /run/kuberblue/kubeadm.yaml');
    expect(machine().read('seen.yaml')).toBe(`apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    token: abcdef.0123456789abcdef
    apiServerEndpoint: 192.0.2.1:6443
    caCertHashes:
    - sha256:${'a'.repeat(64)}
nodeRegistration:
  criSocket: unix:///var/run/crio/crio.sock
  kubeletExtraArgs:
  - name: volume-plugin-dir
    value: /var/lib/kubelet/volumeplugins
`);
    expect(machine().exists('root/.kube/config')).toBe(false);
    // The configuration holds the token: only root could read it, and it is gone.
    expect(machine().read('mode')).toBe('700\n');
    expect(machine().exists('run/kuberblue')).toBe(false);
  });

  it('joins as a control plane, under the address and name that are stated', () => {
    machine().write(
      'etc/kuberblue/cluster.yaml',
      `${JOIN}  as: control-plane\n  certificate_key: ${'b'.repeat(64)}\nnode: {name: node-2, address: 192.0.2.2}\n`,
    );

    expect(machine().runJoined(FIRST_BOOT).exitCode).toBe(0);
    const configuration = machine().read('seen.yaml');
    expect(configuration).toContain('name: node-2\n');
    expect(configuration).toContain('  - name: node-ip\n    value: 192.0.2.2\n');
    expect(configuration).toContain(
      `controlPlane:\n  localAPIEndpoint:\n    advertiseAddress: 192.0.2.2\n  certificateKey: ${'b'.repeat(64)}\n`,
    );
    expect(machine().read('root/.kube/config')).toBe('admin\n');
  });

  it('names a program that is not there', () => {
    machine().write('etc/kuberblue/cluster.yaml', 'role: init\n');
    rmSync(join(machine().root, 'stand-ins/kubeadm'));
    // Where these tests run there may be a real one, which must not be reached.
    machine().standIn('systemctl', 'echo "kubeadm is there" >&2; exit 1');

    const { exitCode, output } = machine().runJoined(FIRST_BOOT);

    expect(exitCode).toBe(1);
    expect(output).toContain('kubeadm is not there');
    expect(machine().takeCalls()).toEqual([]);
  });
});

describe('each boot', () => {
  const ON_BOOT = 'usr/libexec/immutablue/system/on_boot/50-kuberblue.sh';
  const resolvConf = () => join(machine().root, 'etc/resolv.conf');

  it('replaces a link to a file of systemd-resolved', () => {
    machine().write('etc/hosts', '');
    symlinkSync('../run/systemd/resolve/stub-resolv.conf', resolvConf());

    expect(machine().runJoined(ON_BOOT).exitCode).toBe(0);
    expect(readlinkSync(resolvConf())).toBe('../run/NetworkManager/resolv.conf');
  });

  it("keeps an administrator's file and link", () => {
    machine().write('etc/resolv.conf', 'nameserver 192.0.2.53\n');
    expect(machine().runJoined(ON_BOOT)).toEqual({ exitCode: 0, output: '' });
    expect(machine().read('etc/resolv.conf')).toBe('nameserver 192.0.2.53\n');
  });
});
