import { runCommandOfTask, type Command } from '../shared/execute';
import { boot } from './boot/command';
import { build } from './build/command';
import { deps } from './deps/command';
import { explain } from './explain/command';
import { gc } from './gc/command';
import { lock } from './lock/command';
import { shell } from './shell/command';
import { test } from './test/command';

type Start = (options: unknown, context: Parameters<typeof runCommandOfTask>[2]) => Promise<number>;

function startable<Options>(command: Command<Options>): { readonly start: Start } {
  return { start: (options, context) => runCommandOfTask(command, options, context) };
}

/** The commands that an ordinary user runs in a process of their own, inside a user namespace. */
export const COMMANDS = {
  boot: startable(boot),
  build: startable(build),
  deps: startable(deps),
  explain: startable(explain),
  gc: startable(gc),
  lock: startable(lock),
  shell: startable(shell),
  test: startable(test),
};
