import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { faultsOf, throwIfAny } from '@immutablue/diagnostics';
import {
  createContainer,
  mountContainer,
  removeContainer,
  storageUserId,
  type ImageDetails,
  ownedName,
} from '@immutablue/oci';
import { openRoot, type RootFilesystem } from '@immutablue/overrides';
import { type Architecture } from '@immutablue/variant';
import { placeAgent } from '../agent/place-agent';
import { type BootPlan } from '../checks-file/plan';
import { type Machine, type MachineKind } from '../machine/machine';
import { allowContainers, createNspawnMachine, NSPAWN_CHANNEL } from '../machine/nspawn';
import { VM_CHANNEL } from '../machine/qemu';
import { createVirtualMachine } from '../machine/vm';
import { assessMessage } from '../report/assess';
import { type BootReport, type BootResult } from '../report/report';
import { absentResults } from '../report/results';
import { machinesDirectory, removeMachineOrphans } from './orphans';
import { type BootEvent } from './event';
import { watchBoot } from './watch';

export interface BootRequest {
  readonly reference: string;
  readonly image: ImageDetails;
  readonly plan: BootPlan;
  readonly machine: MachineKind;
  readonly architecture: Architecture;
  /** How long the system may take to start. */
  readonly startTimeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly emit: (event: BootEvent) => void;
}

/** Where the agent speaks to this machine from within the other. */
const CHANNELS: Readonly<Record<MachineKind, string>> = { nspawn: NSPAWN_CHANNEL, vm: VM_CHANNEL };

/**
 * Boots a throw-away copy of an image as often as its checks ask for, and gives what was found. Nothing of it gets into
 * the image or stays behind, however it ends.
 *
 * @throws {DiagnosticError} when no machine could be booted; what is wrong with the image is in the report.
 */
export async function bootImage(request: BootRequest): Promise<BootReport> {
  for (const name of await removeMachineOrphans(storageUserId() === 0 ? 'root' : 'ordinary')) {
    request.emit({ kind: 'removed', name });
  }
  const name = await ownedName('boot');
  const toolsName = await ownedName('boot-tools');
  const directory = join(machinesDirectory(), name);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await createContainer(request.image.id, name, { signal: request.signal });
    const root = await openRoot(await mountContainer(name, { signal: request.signal }), {
      epochSeconds: request.image.created,
    });
    await prepareRoot(root, request);
    return await bootMachine(await createMachine(request, { name, toolsName, root, directory }), request);
  } finally {
    await removeContainer(name);
    await removeContainer(toolsName);
    await rm(directory, { recursive: true, force: true });
  }
}

/** The root filesystem as it is before the first boot of a host, with what the administrator and the agent put there. */
async function prepareRoot(root: RootFilesystem, request: BootRequest): Promise<void> {
  const { plan, startTimeoutSeconds } = request;
  // A host that moves to an image keeps its own /var: the image has to make there what it needs.
  await root.emptyDirectory('/var');
  for (const { path, content, mode } of plan.files) await root.writeFile(path, content, { mode });
  if (request.machine === 'nspawn') await allowContainers(root);
  await placeAgent(root, plan, { channel: CHANNELS[request.machine], startTimeoutSeconds });
}

interface Parts {
  readonly name: string;
  readonly toolsName: string;
  readonly root: RootFilesystem;
  readonly directory: string;
}

function createMachine(request: BootRequest, { name, toolsName, root, directory }: Parts): Promise<Machine> {
  switch (request.machine) {
    case 'nspawn':
      return createNspawnMachine({ name, root: root.mountPoint, directory });
    case 'vm':
      return createVirtualMachine({
        architecture: request.architecture,
        image: request.image.id,
        root: root.mountPoint,
        toolsContainer: toolsName,
        directory,
        signal: request.signal,
        onStep: (what) => {
          request.emit({ kind: 'preparing', what });
        },
      });
  }
}

async function bootMachine(machine: Machine, request: BootRequest): Promise<BootReport> {
  const items: BootResult[] = [];
  try {
    for (let boot = 1; boot <= request.plan.boots; boot += 1) {
      items.push(...(await bootOnce(machine, boot, request)));
      // What does not start once will not be better the second time, and takes the whole time again.
      if (faultsOf(items).some(({ code }) => code === 'boot/not-running')) break;
    }
  } finally {
    await machine.dispose();
  }
  return { reference: request.reference, machine: machine.title, items };
}

async function bootOnce(machine: Machine, boot: number, request: BootRequest): Promise<BootResult[]> {
  const { plan, startTimeoutSeconds, signal, emit } = request;
  const items: BootResult[] = [];
  const occasions: string[] = [];
  const add = (item: BootResult) => {
    items.push(item);
    emit({ kind: 'found', item });
  };
  const started = performance.now();
  const sinceStart = () => Math.round(performance.now() - started);
  emit({ kind: 'machine-started', boot, boots: plan.boots, machine: machine.title });
  await watchBoot(machine, {
    plan,
    boot,
    startTimeoutSeconds,
    signal,
    onConsole: (line) => {
      emit({ kind: 'console', line });
    },
    onMessage: (message) => {
      if (message.kind === 'results') occasions.push(message.occasion);
      const item = assessMessage(plan, boot, message, sinceStart());
      if (item !== undefined) add(item);
    },
  });
  absentResults(boot, occasions).forEach(add);
  emit({ kind: 'machine-off', boot, milliseconds: sinceStart() });
  return items;
}

/** @throws {DiagnosticError} with all that failed, if anything did. */
export function throwIfFailed({ items }: BootReport): void {
  throwIfAny(faultsOf(items));
}
