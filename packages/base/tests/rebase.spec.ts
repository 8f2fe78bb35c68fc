import { useBaseMachine, type BaseMachine } from './base-machine';

const machine = useBaseMachine();

/** bootc, on a machine that trusts images so. */
function withBootc(signature: unknown): void {
  const status = JSON.stringify({ spec: { image: { image: 'x', transport: 'registry', signature } } });
  machine().standIn('bootc', `[[ $1 != status ]] || echo '${status}'`);
}

/** rpm-ostree, on a machine that was installed so. */
function withRpmOstree(...references: (string | undefined)[]): void {
  const deployments = references.map((reference, index) => ({
    booted: index === 0,
    ...(reference === undefined ? {} : { 'container-image-reference': reference }),
  }));
  machine().standIn('rpm-ostree', `[[ $1 != status ]] || echo '${JSON.stringify({ deployments })}'`);
}

/** The last call: what comes before it asks how the machine is. */
function lastCall(of: BaseMachine): string | undefined {
  return of.takeCalls().at(-1);
}

describe('rebase', () => {
  it.each([
    ['base', 'quay.io/immutablue/immutablue:44', 'cyan', 'quay.io/immutablue/immutablue-cyan:44'],
    ['cyan', 'quay.io/immutablue/immutablue-cyan:44', 'base', 'quay.io/immutablue/immutablue:44'],
    ['cyan', 'localhost:5000/a/b/mine-cyan:43', 'trueblue', 'localhost:5000/a/b/mine-trueblue:43'],
    ['teal-lts', 'quay.io/x/immutablue-teal-lts:44-20261124', 'teal', 'quay.io/x/immutablue-teal:44-20261124'],
  ])('from %s (%s) to %s is %s', (variant, reference, wanted, expected) => {
    machine().describeImage(variant, reference);
    withBootc('insecure');
    expect(machine().immutablue('rebase', wanted)).toMatchObject({ exitCode: 0, stdout: `bootc switch ${expected}\n` });
    expect(lastCall(machine())).toBe(`bootc switch ${expected}`);
  });

  it.each([
    ['base', 'quay.io/immutablue/immutablue:44', 'cyan', 'quay.io/immutablue/immutablue:44-cyan'],
    ['cyan', 'quay.io/immutablue/immutablue:44-cyan', 'base', 'quay.io/immutablue/immutablue:44'],
    ['cyan', 'quay.io/immutablue/immutablue:44-cyan', 'teal-lts', 'quay.io/immutablue/immutablue:44-teal-lts'],
  ])("from %s (%s) to %s with upstream's tags is %s", (variant, reference, wanted, expected) => {
    machine().describeImage(variant, reference, 'upstream');
    withBootc('insecure');
    expect(machine().immutablue('rebase', wanted)).toMatchObject({ exitCode: 0, stdout: `bootc switch ${expected}\n` });
  });

  it("refuses to guess where upstream's tags would be", () => {
    machine().describeImage('cyan', 'quay.io/immutablue/violet:44', 'upstream');
    withBootc('insecure');
    const { exitCode, stderr } = machine().immutablue('rebase', 'base');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('does not end with its variant, `cyan`')]);
  });

  it('only prints the command on request', () => {
    machine().describeImage('base', 'quay.io/immutablue/immutablue:44');
    withBootc(undefined);
    const { stdout } = machine().immutablue('rebase', '--dry-run', 'cyan');
    expect(stdout).toBe('bootc switch quay.io/immutablue/immutablue-cyan:44\n');
    expect(machine().takeCalls()).toEqual(['bootc status --format=json']);
  });

  it('goes on checking signatures with bootc', () => {
    machine().describeImage('base', 'quay.io/immutablue/immutablue:44');
    withBootc('containerPolicy');
    machine().immutablue('rebase', 'cyan');
    expect(lastCall(machine())).toBe(
      'bootc switch --enforce-container-sigpolicy quay.io/immutablue/immutablue-cyan:44',
    );
  });

  it.each([
    ['ostree-image-signed:docker://quay.io/immutablue/immutablue:44', 'ostree-image-signed:docker://'],
    ['ostree-unverified-registry:quay.io/immutablue/immutablue:44', 'ostree-unverified-registry:'],
    ['ostree-unverified-image:docker://quay.io/immutablue/immutablue:44', 'ostree-unverified-registry:'],
  ])('with rpm-ostree trusts images as before: %s', (current, transport) => {
    machine().describeImage('base', 'quay.io/immutablue/immutablue:44');
    withRpmOstree(current, 'ostree-image-signed:docker://elsewhere/x:1');
    machine().immutablue('rebase', 'cyan');
    expect(lastCall(machine())).toBe(`rpm-ostree rebase ${transport}quay.io/immutablue/immutablue-cyan:44`);
  });

  it.each([
    ['base', 'quay.io/immutablue/immutablue:44', 'base', 'this machine runs base already'],
    ['cyan', 'quay.io/immutablue/violet:44', 'base', 'does not end with its variant, `cyan`'],
    ['base', 'localhost:5000/immutablue', 'cyan', 'has no tag to keep'],
  ])('from %s (%s) to %s is refused', (variant, reference, wanted, message) => {
    machine().describeImage(variant, reference);
    withBootc('insecure');
    const { exitCode, stderr } = machine().immutablue('rebase', wanted);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(
      machine()
        .takeCalls()
        .filter((call) => call.startsWith('bootc switch')),
    ).toEqual([]);
  });

  it('is refused where the machine was not installed from an image, or the image says nothing of itself', () => {
    withRpmOstree(undefined);
    expect(machine().immutablue('rebase', 'cyan').stderr).toContain('the description of this image has no `variant`');
    machine().describeImage('base', 'quay.io/immutablue/immutablue:44');
    expect(machine().immutablue('rebase', 'cyan').stderr).toContain('this machine was not installed from an image');
    expect(lastCall(machine())).toBe('rpm-ostree status --json');
  });
});
