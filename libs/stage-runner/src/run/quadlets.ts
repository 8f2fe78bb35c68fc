import { throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import type { EnableQuadletsStep } from '@immutablue/plan';
import type { StepContext } from './context';

/** Where an image's quadlets are: https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html */
const QUADLETS = '/usr/share/containers/systemd';

/** Writes the list of quadlets to start. @throws {DiagnosticError} `build/unit-not-found` for each that is not there. */
export async function enableQuadlets({ buildRoot: { root } }: StepContext, step: EnableQuadletsStep): Promise<void> {
  const faults: Diagnostic[] = [];
  for (const { value, location } of step.names) {
    if (await root.exists(`${QUADLETS}/${value}`)) continue;
    faults.push({
      code: 'build/unit-not-found',
      message: `there is no quadlet \`${value}\` in the image`,
      location,
      hint: `put it among the overrides, at ${QUADLETS}/${value}`,
    });
  }
  throwIfAny(faults);
  await root.writeFile(step.path, step.names.map(({ value }) => `${value}\n`).join(''), { mode: 0o644 });
}
