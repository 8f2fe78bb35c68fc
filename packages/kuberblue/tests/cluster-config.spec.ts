import { join } from 'node:path';
import { ScratchMachine, useScratchMachine } from '../../../testing/scratch-machine';

const OVERRIDES = join(__dirname, '..', 'artifacts', 'overrides');
const PROGRAM = 'usr/libexec/immutablue/kuberblue/cluster-config';

const machine = useScratchMachine(() => new ScratchMachine(OVERRIDES));

/** Runs cluster-config on a file of this content; lines are reported without the path of the scratch machine. */
function check(content: string, ...more: string[]) {
  machine().write('cluster.yaml', content);
  const { exitCode, output } = machine().runJoined(
    PROGRAM,
    join(machine().root, 'cluster.yaml'),
    ...(more.length > 0 ? more : ['check']),
  );
  return { exitCode, output: output.replaceAll(`${machine().root}/`, '') };
}

const JOIN = `role: join
join:
  endpoint: 192.0.2.1:6443
  token: abcdef.0123456789abcdef
  ca_cert_hashes: [sha256:${'a'.repeat(64)}]
`;

describe('cluster-config', () => {
  it('accepts the file that the image has', () => {
    expect(machine().runJoined(PROGRAM, join(OVERRIDES, 'etc/kuberblue/cluster.yaml'), 'check')).toEqual({
      exitCode: 0,
      output: '',
    });
  });

  it('accepts every key that the comments of that file show', () => {
    const shown = `role: init
node: {name: node-1, address: 192.0.2.10}
cluster:
  name: kuberblue
  endpoint: k8s.example:6443
  pod_subnet: 10.244.0.0/16,fd00:10:244::/56
  service_subnet: 10.96.0.0/12
  dns_domain: cluster.local
  schedulable: false
  network: {manifest: https://example.org/network.yaml, sha256: ${'0'.repeat(64)}}
`;
    expect(check(shown)).toEqual({ exitCode: 0, output: '' });
    expect(check(shown, 'manifest').output).toBe('https://example.org/network.yaml\n');
  });

  it('reports all faults at once, each with its line', () => {
    const { exitCode, output } = check(`role: join
clustr: {}
node:
  address: 192.0.2
join:
  as: control-plane
  endpoint: k8s.example
  ca_cert_hashes: []
  token: abcdef.0123456789abcdef
  token: abcdef.0123456789abcdef
`);
    expect(exitCode).toBe(1);
    expect(output).toBe(
      [
        'cluster.yaml:2: unknown key `clustr`; there are role, node, cluster, join',
        'cluster.yaml:4: `node.address`: expected an IP address, found `192.0.2`',
        'cluster.yaml:5: `join.certificate_key` is missing: a control plane needs it',
        'cluster.yaml:7: `join.endpoint`: expected <host>:<port>, found `k8s.example`',
        'cluster.yaml:8: `join.ca_cert_hashes`: expected a list',
        'cluster.yaml:10: `join.token` is there twice',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['role: master\n', 'cluster.yaml:1: `role`: expected one of init, join, none, found `master`'],
    ['node: {name: a}\n', 'cluster.yaml:1: `role` is missing: one of init, join, none'],
    ['', 'cluster.yaml:1: the file is empty: it needs `role`, one of init, join, none'],
    ['- role\n', 'cluster.yaml:1: expected keys and values'],
    ['role: init\njoin: {as: worker}\n', 'cluster.yaml:2: `join` does not count with `role: init`'],
    [
      'role: init\ncluster: {schedulable: yes}\n',
      'cluster.yaml:2: `cluster.schedulable`: expected true or false, found `yes`',
    ],
    [
      'role: init\ncluster:\n  network:\n    manifest: https://example.org/network.yaml\n',
      'cluster.yaml:3: `cluster.network.sha256` is missing: what is fetched is checked',
    ],
    ['role: [\n', "cluster.yaml:2: expected the node content, but found '<stream end>'"],
  ])('refuses %j', (content, message) => {
    expect(check(content)).toEqual({ exitCode: 1, output: `${message}\n` });
  });

  it('takes a token of digits as it is written, which YAML reads as a number', () => {
    const digits = JOIN.replace('abcdef.0123456789abcdef', '012345.0123456789012345');
    expect(JSON.parse(check(digits, 'values').output)).toMatchObject({ join: { token: '012345.0123456789012345' } });
  });

  it('says that there is no such file', () => {
    const { exitCode, output } = machine().runJoined(PROGRAM, '/nowhere/cluster.yaml', 'role');
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: '/nowhere/cluster.yaml: No such file or directory\n' });
  });
});
