import { open } from 'node:fs/promises';
import { cpus, release, version } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { cacheDirectory, readIfThere, runCommand, writeAtomically } from '@immutablue/oci';
import { type Architecture } from '@immutablue/variant';
import * as z from 'zod';
import { runGuest } from './guest';
import { machineArgv, VIRTUAL_MACHINES } from './qemu';

/** How a machine is run, and why it is emulated. */
export type Acceleration = { readonly kind: 'kvm' } | { readonly kind: 'tcg'; readonly reason: string };

export interface AccelerationOptions {
  /** A directory for files of the guest. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly device?: string;
}

/** How long a guest may take to say its word. On a processor that helps it is there in a third of a second. */
const GUEST_SECONDS = 10;

const ARCHITECTURES: Readonly<Record<Architecture, NodeJS.Architecture>> = { x86_64: 'x64', aarch64: 'arm64' };

/**
 * Finds out whether KVM works here, by a guest that has to run: once for this machine, its kernel and QEMU. What proves nothing is
 * no answer to keep.
 *
 * @throws as `runGuest` does.
 */
export async function findAcceleration(
  architecture: Architecture,
  { directory, signal, device = '/dev/kvm' }: AccelerationOptions,
): Promise<Acceleration> {
  if (process.arch !== ARCHITECTURES[architecture]) return emulated(`this machine is no ${architecture}`);
  const obstacle = await obstacleTo(device);
  if (obstacle !== undefined) return emulated(obstacle);
  const circumstances = await readCircumstances(architecture);
  const kept = await readAnswer(circumstances);
  if (kept !== undefined) return kept;
  const outcome = await runGuest(architecture, 'kvm', {
    directory,
    signal,
    deadline: AbortSignal.timeout(GUEST_SECONDS * 1000),
  });
  switch (outcome.kind) {
    case 'unproven':
      return emulated(outcome.reason);
    case 'alive':
      return await keepAnswer(circumstances, { kind: 'kvm' });
    case 'dead':
      return await keepAnswer(circumstances, emulated(outcome.reason));
  }
}

/** Keeps that KVM has failed in a boot: until the kernel or QEMU is another, machines are emulated. */
export async function giveUpKvm(architecture: Architecture, reason: string): Promise<void> {
  await keepAnswer(await readCircumstances(architecture), emulated(reason));
}

function emulated(reason: string): Acceleration {
  return { kind: 'tcg', reason };
}

/** Why the device cannot be used, if so: that changes with a group or a module, and costs nothing to look at. */
async function obstacleTo(device: string): Promise<string | undefined> {
  try {
    await (await open(device, 'r+')).close();
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `there is no ${device}`;
    return `${device} cannot be opened (${code ?? 'unknown reason'})`;
  }
}

/** What an answer holds for. It lies in a folder that several machines may share. */
const answerSchema = z.object({
  circumstances: z.strictObject({
    machine: z.string(),
    processor: z.string(),
    kernel: z.string(),
    emulator: z.string(),
    arguments: z.string(),
  }),
  answer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('kvm') }),
    z.strictObject({ kind: z.literal('tcg'), reason: z.string() }),
  ]),
});
type Circumstances = z.infer<typeof answerSchema>['circumstances'];

async function readCircumstances(architecture: Architecture): Promise<Circumstances> {
  const { stdout } = await runCommand([VIRTUAL_MACHINES[architecture].program, '--version']);
  return {
    // https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
    machine: ((await readIfThere('/etc/machine-id')) ?? '').trim(),
    processor: cpus()[0]?.model ?? '',
    kernel: `${release()} ${version()}`,
    emulator: stdout,
    arguments: machineArgv(architecture, 'kvm').join(' '),
  };
}

function answerFile(): string {
  return join(cacheDirectory(), 'kvm.json');
}

async function readAnswer(circumstances: Circumstances): Promise<Acceleration | undefined> {
  const text = await readIfThere(answerFile());
  const kept = text === undefined ? undefined : answerSchema.safeParse(parsedJson(text)).data;
  return kept !== undefined && isDeepStrictEqual(kept.circumstances, circumstances) ? kept.answer : undefined;
}

async function keepAnswer(circumstances: Circumstances, answer: Acceleration): Promise<Acceleration> {
  await writeAtomically(answerFile(), `${JSON.stringify({ circumstances, answer }, undefined, 2)}\n`);
  return answer;
}

/** Undefined for a file that is cut short. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
