const VARIABLE = 'IMMUTABLUE_LEFT_OUT';

/** What tells tasks that a command leaves something out: the names of projects, and of tasks as `project:target`. */
export function leaveOut(names: readonly string[]): Readonly<Record<string, string>> {
  return { [VARIABLE]: names.join() };
}

/** Whether a project, or a task, is left out by the command that this process belongs to. */
export function isLeftOut(name: string): boolean {
  return (process.env[VARIABLE] ?? '').split(',').includes(name);
}
