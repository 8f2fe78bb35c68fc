import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const OVERRIDES = join(__dirname, '../../artifacts/overrides');

/** Where stand-ins of programs are; no image has this directory. */
const STAND_INS = '/stand-ins';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A root filesystem for one test: base's overrides, which are run as they are, and stand-ins for the programs that need a
 * booted machine. Paths are absolute paths in it.
 */
export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'immutablue-runtime-'));
  readonly environment: Record<string, string>;

  constructor() {
    cpSync(OVERRIDES, this.root, { recursive: true, verbatimSymlinks: true });
    this.environment = {
      PATH: `${this.path(STAND_INS)}:/usr/bin:/bin`,
      IMMUTABLUE_ROOT: this.root,
      HOME: this.path('/home/ada'),
      XDG_RUNTIME_DIR: this.path('/run/user/1000'),
      LC_ALL: 'C.UTF-8',
    };
    this.actAs(0);
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

  /** A program that is found before the machine's own, and notes how it was called. */
  standIn(name: string, body: string): void {
    this.script(join(STAND_INS, name), `echo "${name} $*" >> '${this.path('/calls')}'\n${body}`);
  }

  /** What the programs take for the number of the user who calls them. */
  actAs(user: number): void {
    this.script(join(STAND_INS, 'id'), `echo ${user}`);
  }

  /** The description of the image, as the build writes it. */
  describeImage(variant: string, reference: string): void {
    const description = { variant, reference, release: '44', architecture: 'x86_64', options: ['gui'] };
    this.write('/usr/immutablue/image.json', JSON.stringify(description));
  }

  /** How stand-ins were called, one line each. */
  calls(): string[] {
    return this.exists('/calls') ? this.read('/calls').trimEnd().split('\n') : [];
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

  /** Runs a program of the root filesystem. */
  run(program: string, ...args: string[]): Outcome {
    const { status, stdout, stderr } = spawnSync(this.path(program), args, {
      env: this.environment,
      cwd: this.root,
      encoding: 'utf8',
    });
    return { exitCode: status ?? 128, stdout, stderr };
  }

  immutablue(...args: string[]): Outcome {
    return this.run('/usr/bin/immutablue', ...args);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Gives each test of a file a root filesystem of its own. */
export function useScratch(): () => Scratch {
  let scratch: Scratch | undefined;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch?.remove();
    scratch = undefined;
  });
  return () => {
    if (scratch === undefined) throw new Error('there is a root filesystem during a test only');
    return scratch;
  };
}
