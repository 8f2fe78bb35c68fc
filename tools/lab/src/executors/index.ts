import { EXECUTORS } from './executors';

/** What Nx runs, by the names of executors.json. */
export const executors = Object.fromEntries(EXECUTORS.map(({ definition, execute }) => [definition.name, execute]));
