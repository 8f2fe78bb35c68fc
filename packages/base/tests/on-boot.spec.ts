import { useBaseMachine } from './base-machine';

const DIRECTORY = '/usr/libexec/immutablue/system/on_boot';

const machine = useBaseMachine();

describe('00-on_boot.sh', () => {
  /** systemctl of a machine where podman made units of some quadlets. */
  function withUnits(states: Record<string, string>) {
    const cases = Object.entries(states).map(([unit, state]) => `*" ${unit}") echo ${state} ;;`);
    machine().standIn(
      'systemctl',
      `[[ $1 == show ]] || exit 0\ncase " $*" in ${cases.join(' ')} *) echo not-found ;; esac`,
    );
  }

  function started() {
    return machine()
      .takeCalls()
      .filter((call) => call.startsWith('systemctl start'));
  }

  it('starts the services of all lists and waits for none', () => {
    withUnits({ 'docs.service': 'loaded', 'web-pod.service': 'loaded', 'data-volume.service': 'loaded' });
    machine().write('/usr/immutablue/quadlets.d/base.list', 'docs.container\n');
    machine().write('/usr/immutablue/quadlets.d/trueblue.list', 'web.pod');
    machine().write('/etc/immutablue/quadlets.d/local.list', '# mine\n\n  # and so on\ndata.volume  \n');
    const { exitCode, stderr } = machine().run(`${DIRECTORY}/00-on_boot.sh`);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(started()).toEqual([
      'systemctl start --no-block docs.service',
      'systemctl start --no-block web-pod.service',
      'systemctl start --no-block data-volume.service',
    ]);
  });

  it('reports one without a unit, and one that is none, and starts the others', () => {
    withUnits({ 'last.service': 'loaded' });
    machine().write('/usr/immutablue/quadlets.d/base.list', 'missing.container\nmissing\nlast.kube\n');
    const { exitCode, stderr } = machine().run(`${DIRECTORY}/00-on_boot.sh`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error: missing.container has no usable unit: missing.service is not-found\n');
    expect(stderr).toContain('error: `missing` is not the name of a quadlet\n');
    expect(started()).toEqual(['systemctl start --no-block last.service']);
  });

  it('leaves alone what the administrator masked', () => {
    withUnits({ 'docs.service': 'masked' });
    machine().write('/usr/immutablue/quadlets.d/base.list', 'docs.container\n');
    const { exitCode, stdout } = machine().run(`${DIRECTORY}/00-on_boot.sh`);
    expect([exitCode, stdout]).toEqual([0, 'docs.service is masked: not started\n']);
    expect(started()).toEqual([]);
  });

  it('has nothing to do without lists', () => {
    withUnits({});
    expect(machine().run(`${DIRECTORY}/00-on_boot.sh`)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

describe('10-motd.sh', () => {
  it('says which image this is', () => {
    machine().write('/usr/lib/os-release', 'PRETTY_NAME="Immutablue 44 (base)"\nIMAGE_VERSION=44.20261124\n');
    expect(machine().run(`${DIRECTORY}/10-motd.sh`).exitCode).toBe(0);
    expect(machine().read('/run/motd.d/05-immutablue')).toBe('Immutablue 44 (base), image 44.20261124\n');
  });
});
