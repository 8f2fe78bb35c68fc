import { createHash, randomBytes } from 'node:crypto';

declare const brand: unique symbol;

/** 64 hexadecimal digits that stand for what decides a task's result. */
export type TaskInputs = string & { readonly [brand]: 'task-inputs' };

/** A digest over what decides a task's result. */
export function taskInputs(...parts: readonly unknown[]): TaskInputs {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex') as TaskInputs;
}

/**
 * A hash that no task has had: Nx answers nothing from its cache for it. That something is missing is never part of a hash: it
 * would be the same when it is missing again.
 */
export function freshHash(inputs: TaskInputs): string {
  return `${inputs}${randomBytes(8).toString('hex')}`;
}
