import { join } from 'node:path';
import { ScratchMachine, useScratchMachine, type Outcome } from '../../../testing/scratch-machine';

/** A scratch machine with base's overrides, and a user. */
export class BaseMachine extends ScratchMachine {
  constructor() {
    super(join(__dirname, '../artifacts/overrides'));
    this.environment['HOME'] = this.path('/home/ada');
    this.environment['XDG_RUNTIME_DIR'] = this.path('/run/user/1000');
    this.actAs(0);
  }

  /** What the programs take for the number of the user who calls them. */
  actAs(user: number): void {
    this.script('/stand-ins/id', `echo ${user}`);
  }

  /** The description of the image, as the build writes it. */
  describeImage(variant: string, reference: string, tags: 'variants' | 'upstream' = 'variants'): void {
    const description = { variant, reference, tags, release: '44', architecture: 'x86_64', options: ['gui'] };
    this.write('/usr/immutablue/image.json', JSON.stringify(description));
  }

  immutablue(...args: readonly string[]): Outcome {
    return this.run('/usr/bin/immutablue', ...args);
  }
}

/** A machine of its own for each test. */
export function useBaseMachine(): () => BaseMachine {
  return useScratchMachine(() => new BaseMachine());
}
