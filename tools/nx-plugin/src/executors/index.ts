import { executorOf } from '../shared/command';
import { COMMANDS } from './commands';

export { runWorker } from './worker';

/** What Nx runs, by the names of executors.json. */
export const executors = Object.fromEntries(COMMANDS.map((each) => [each.definition.name, executorOf(each)]));
