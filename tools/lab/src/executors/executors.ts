import type { ExecutorDefinition } from '@immutablue/executor';
import { down } from './down';
import type { LabExecutor } from './executor';
import { status } from './status';
import { up } from './up';

/** What the lab can do. A new executor is a file and a line here. */
export const EXECUTORS: readonly LabExecutor[] = [up, status, down];

/** The same, for executors.json. */
export const executorDefinitions: readonly ExecutorDefinition[] = EXECUTORS.map(({ definition }) => definition);
