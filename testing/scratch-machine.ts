import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the programs find bash, python3 and the rest that they really use. */
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** What a program that ran left. */
export interface Outcome {
  readonly exitCode: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** A tree that stands in for a machine's root filesystem, in which a variant's own programs run. */
export interface ScratchMachine {
  readonly root: string;
  /** Writes a file at a path of the machine. */
  readonly place: (path: string, content: string) => void;
  readonly read: (path: string) => string;
  readonly has: (path: string) => boolean;
  /**
   * Puts a program on PATH that stands in for one that this machine lacks or must not run. It records how it was called,
   * then runs `body` in bash, with its arguments.
   */
  readonly standIn: (name: string, body?: string) => void;
  /** How stand-ins were called, in order: `kubeadm init --config …`. Forgets them. */
  readonly takeCalls: () => readonly string[];
  readonly run: (program: string, ...args: readonly string[]) => Outcome;
}

/** A new scratch machine for each test, removed after it. `overrides` is the variant's tree, whose programs are run. */
export function useScratchMachine(overrides: string): () => ScratchMachine {
  let machine: ScratchMachine | undefined;
  beforeEach(() => {
    machine = createScratchMachine(mkdtempSync(join(tmpdir(), 'machine-')), overrides);
  });
  afterEach(() => {
    if (machine !== undefined) rmSync(machine.root, { recursive: true, force: true });
    machine = undefined;
  });
  return () => {
    if (machine === undefined) throw new Error('a scratch machine exists within a test only');
    return machine;
  };
}

function createScratchMachine(root: string, overrides: string): ScratchMachine {
  const programs = join(root, 'stand-ins');
  const calls = join(root, 'calls');
  const place = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  return {
    root,
    place,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    has: (path) => existsSync(join(root, path)),
    standIn: (name, body = '') => {
      mkdirSync(programs, { recursive: true });
      const script = ['#!/usr/bin/env bash', `printf '%s\\n' "${name} $*" >> '${calls}'`, body, ''].join('\n');
      writeFileSync(join(programs, name), script, { mode: 0o755 });
    },
    takeCalls: () => {
      const recorded = existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').slice(0, -1) : [];
      rmSync(calls, { force: true });
      return recorded;
    },
    run: (program, ...args) => {
      const { status, stdout, stderr, error } = spawnSync(join(overrides, program), args, {
        encoding: 'utf8',
        env: { PATH: `${programs}:${SYSTEM_PATH}`, IMMUTABLUE_ROOT: root, LC_ALL: 'C.UTF-8' },
      });
      if (error !== undefined) throw error;
      return { exitCode: status ?? 128, output: stdout + stderr };
    },
  };
}

/** A stand-in for `immutablue-settings get KEY --default VALUE` that knows these settings. */
export function settingsProgram(settings: Readonly<Record<string, string>>): string {
  const cases = Object.entries(settings).map(([key, value]) => `  ${key}) printf '%s\\n' '${value}' ;;`);
  return ['case "$2" in', ...cases, `  *) printf '%s\\n' "$4" ;;`, 'esac'].join('\n');
}
