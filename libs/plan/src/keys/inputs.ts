import type { SourceLocation } from '@immutablue/diagnostics';
import type { EffectiveEntry } from '@immutablue/overrides';
import type { Entry } from '@immutablue/variant';
import { isExplicitEntry } from '../explicit-entry';
import type { StagePlan } from '../model';
import type { Step } from '../step';
import { isStoredPath } from '../stages/locked';

/** Where an input comes from: a file, and the line if it is one line of it. */
export interface Origin {
  readonly variant?: string;
  /** Absolute. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that decides what a sub-stage does, with what it is now. */
export interface Input {
  readonly stage: string;
  /** What it is, as people call it: `override /etc/motd`, `package htop`. Unique within a sub-stage, or counted together. */
  readonly name: string;
  /** What it is now; for comparison alone. */
  readonly value: string;
  readonly origin?: Origin;
  /** The path that it writes in the root filesystem and nothing else, where that is known. */
  readonly writes?: string;
}

/** The inputs of sub-stages. Purposes, places in files and folders of this machine are not among them. */
export function inputsOf(stages: readonly StagePlan[]): Input[] {
  return stages.flatMap(({ name, steps }) =>
    steps.flatMap((step) => inputsOfStep(step).map((input) => ({ stage: name, ...input }))),
  );
}

type StepInput = Omit<Input, 'stage'>;

function inputsOfStep(step: Step): StepInput[] {
  switch (step.kind) {
    case 'check-root':
      // Another architecture is another image, whatever the rest says.
      return [{ name: 'architecture', value: step.architecture }];
    case 'write-file':
      return [
        {
          name: `file ${step.path}`,
          value: json([step.content, step.mode]),
          writes: step.path,
          ...(step.source === undefined ? {} : { origin: { file: step.source } }),
        },
      ];
    case 'copy-dependencies':
      // What it copies is known by the image, which is an input of the build.
      return [{ name: `what the dep-builder of ${step.variant} made`, value: step.kind }];
    case 'download':
      // What it is, not where it is fetched from: the checksum pins it.
      return step.files.map(({ entry, fetched, mode }) => ({
        name: `pinned file ${fetched.path}`,
        value: json([fetched.sha256, fetched.member, mode]),
        origin: originOf(entry),
        writes: fetched.path,
      }));
    case 'apply-overrides':
      // A directory that leads to others changes with these, and is nothing that a person would look for.
      return step.entries.filter(isExplicitEntry).map((entry) => ({
        name: `override ${entry.path}`,
        value: valueOfEntry(entry),
        origin: { variant: entry.tree.variant, file: entry.source },
        writes: entry.path,
      }));
    case 'run':
    case 'transaction': {
      const names = new Set(step.names.map(({ value }) => value));
      const locked = step.kind === 'transaction' ? (step.locked?.packages ?? []) : [];
      return [
        // The environment changes what a command does, unlike its mounts, which are caches and the repositories' own state.
        {
          name: `command ${commandName(step.command)}`,
          value: json([
            step.command.filter((word) => !names.has(word) && !isStoredPath(word) && !/^\d+$/.test(word)),
            step.environment,
          ]),
        },
        // The checksum is all that there is to an RPM.
        ...locked.map((rpm) => ({
          name: `locked RPM ${rpm.name}`,
          value: rpm.checksum,
          origin: placeOf(rpm.location),
        })),
        // One by one and sorted: the order of a list changes nothing.
        // With what is done to them: packages after the rest are not packages among the rest.
        ...step.names.map((entry) => ({
          name: `${nameOf(step)}${entry.value}`,
          value: step.purpose.replace(/\d+ \w+/, ''),
          origin: originOf(entry),
        })),
      ];
    }
    case 'require-signatures':
      return [{ name: `signatures of ${step.path}`, value: step.kind }];
    case 'enable-quadlets':
      return [
        { name: 'list of quadlets', value: step.path },
        ...step.names.map((entry) => ({ name: `quadlet ${entry.value}`, value: '', origin: originOf(entry) })),
      ];
    case 'write-os-release':
      return [{ name: 'identity in os-release', value: json(step.identity), writes: '/usr/lib/os-release' }];
    case 'remove-paths':
    case 'checkpoint':
      return step.paths.map((entry) => ({
        name: `removed path ${entry.value}`,
        value: step.kind,
        origin: originOf(entry),
      }));
    case 'script':
      return [
        {
          name: `script ${step.variant}/build/${step.file.slice(step.file.lastIndexOf('/') + 1)}`,
          // Declared reads decide when the result is used again: with others, the earlier one was made under other terms.
          value: json([step.contentKey, step.command, step.environment, step.reads]),
          origin: { variant: step.variant, file: step.file },
        },
      ];
    case 'clean':
      return [{ name: 'what is cleaned up', value: json([step.empty, step.files, step.emptyFiles]) }];
    case 'commit':
      return [{ name: 'labels and name', value: json([step.reference, step.labels]) }];
  }
}

const VERBS = ['install', 'remove', 'enable', 'disable', 'mask', 'unmask'] as const;

/** A command by its first word and what it is to do: `dnf install`. */
function commandName(command: readonly string[]): string {
  return [command[0], VERBS.find((verb) => command.includes(verb))].filter((word) => word !== undefined).join(' ');
}

function nameOf(step: Extract<Step, { kind: 'run' | 'transaction' }>): string {
  if (step.kind === 'transaction') return step.command.includes('remove') ? 'removed package ' : 'package ';
  if (step.command[0] === 'systemctl') {
    const scope = step.command.includes('--global') ? 'user unit' : 'unit';
    const action = VERBS.find((word) => step.command.includes(word));
    return `${action ?? ''} ${scope} `.trimStart();
  }
  return '';
}

/** Everything of an override that reaches the image: not where its file lies. */
function valueOfEntry(entry: EffectiveEntry): string {
  const common = [entry.type, entry.mode, entry.owner, entry.group, entry.hasStatedPermissions];
  switch (entry.type) {
    case 'file':
      return json([...common, entry.sha256]);
    case 'symlink':
      return json([...common, entry.target]);
    case 'directory':
      return json([...common, entry.isEmpty]);
  }
}

function originOf({ location }: Entry<unknown>): Origin {
  return placeOf(location);
}

function placeOf({ file, line, column }: SourceLocation): Origin {
  return { file, line, column };
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
