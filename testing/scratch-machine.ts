import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the programs find bash, python3 and the rest that they really use. */
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Where stand-ins of programs are; no image has this directory. */
const STAND_INS = '/stand-ins';

/** Where stand-ins record how they were called. */
const CALLS = '/calls';

/** What a program that ran left. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A tree that stands in for a machine's root filesystem: a variant's overrides, which are run as they are, and stand-ins for
 * programs that this machine lacks or must not run. Paths are absolute paths in it.
 */
export class ScratchMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly environment: Record<string, string> = {
    PATH: `${this.path(STAND_INS)}:${SYSTEM_PATH}`,
    IMMUTABLUE_ROOT: this.root,
    LC_ALL: 'C.UTF-8',
  };

  constructor(overrides: string) {
    cpSync(overrides, this.root, { recursive: true, verbatimSymlinks: true });
  }

  /** Where a path is on the machine that tests. */
  path(path: string): string {
    return join(this.root, path);
  }

  write(path: string, content: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
    chmodSync(this.path(path), mode);
  }

  script(path: string, body: string, mode = 0o755): void {
    this.write(path, `#!/bin/bash\n${body}\n`, mode);
  }

  /** A program that is found before the machine's own, and records how it was called. */
  standIn(name: string, body = ''): void {
    this.script(join(STAND_INS, name), `printf '%s\\n' "${name} $*" >> '${this.path(CALLS)}'\n${body}`);
  }

  /** How stand-ins were called, in order: `kubeadm init --config …`. Forgets them. */
  takeCalls(): readonly string[] {
    const recorded = this.exists(CALLS) ? this.read(CALLS).split('\n').slice(0, -1) : [];
    rmSync(this.path(CALLS), { force: true });
    return recorded;
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  json(path: string): unknown {
    return JSON.parse(this.read(path));
  }

  /** Runs a program of the tree. */
  run(program: string, ...args: readonly string[]): Outcome {
    const { status, stdout, stderr, error } = spawnSync(this.path(program), args, {
      encoding: 'utf8',
      cwd: this.root,
      env: this.environment,
    });
    if (error !== undefined) throw error;
    return { exitCode: status ?? 128, stdout, stderr };
  }

  /** The same, with standard output and then standard error as one text. */
  runJoined(program: string, ...args: readonly string[]): { readonly exitCode: number; readonly output: string } {
    const { exitCode, stdout, stderr } = this.run(program, ...args);
    return { exitCode, output: stdout + stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A new scratch machine for each test, removed after it. */
export function useScratchMachine<Machine extends ScratchMachine>(create: () => Machine): () => Machine {
  let machine: Machine | undefined;
  beforeEach(() => {
    machine = create();
  });
  afterEach(() => {
    machine?.remove();
    machine = undefined;
  });
  return () => {
    if (machine === undefined) throw new Error('a scratch machine exists within a test only');
    return machine;
  };
}

/** A stand-in for `immutablue-settings get KEY --default VALUE` that knows these settings. */
export function settingsProgram(settings: Readonly<Record<string, string>>): string {
  const cases = Object.entries(settings).map(([key, value]) => `  ${key}) printf '%s\\n' '${value}' ;;`);
  return ['case "$2" in', ...cases, `  *) printf '%s\\n' "$4" ;;`, 'esac'].join('\n');
}
