import { throwIfAny, type Diagnostic, count, shellWord } from '@immutablue/diagnostics';
import type { Entry } from '@immutablue/variant';
import { atFiles, lines, textFile } from '../containerfile/action';
import { entryInputs } from '../inputs';
import { ancestorsAndSelf } from '../reads';
import type { StepKind } from './kind';
import type { StepRuntime } from './runtime';

/** Lists the quadlets that are started at every boot, after a look whether they are there. */
export interface QuadletsStep {
  readonly kind: 'quadlets';
  readonly names: readonly Entry<string>[];
  /** The list that the image's own start-up reads, one name a line. */
  readonly path: string;
}

/** Where an image's quadlets are: https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html */
const QUADLETS = '/usr/share/containers/systemd';

export const quadlets: StepKind<QuadletsStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: ({ names }) => `have ${count(names.length, 'quadlet')} started at every boot`,
  reads: ({ path }) => ({ trees: [QUADLETS], paths: ancestorsAndSelf(path) }),
  inputs: ({ names, path }) => [{ noun: 'list of quadlets', name: '', value: path }, ...entryInputs('quadlet', names)],
  print: ({ path, names }, shown) => [
    `in ${path}`,
    ...names.map(({ value, location }) => `${value}  ${shown.place(location)}`),
  ],
  run: list,
  containerfile: (step, number) => {
    const file = textFile(`${number}-quadlets.list`, quadletList(step));
    const at = atFiles(file);
    return lines([`enable_quadlets ${at}`, `place ${at} ${shellWord(step.path)} 644`], { files: [file] });
  },
};

/** What the list holds. */
export function quadletList({ names }: QuadletsStep): string {
  return names.map(({ value }) => `${value}\n`).join('');
}

/** @throws {DiagnosticError} `build/unit-not-found` for each that is not there. */
async function list(step: QuadletsStep, { root }: StepRuntime): Promise<void> {
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
  await root.writeFile(step.path, quadletList(step), { mode: 0o644 });
}
