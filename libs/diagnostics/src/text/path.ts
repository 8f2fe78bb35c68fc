/** How much of a path a message shows at its start and at its end, in characters. */
const SHOWN = 60;

/** A path for a message: one that would fill a screen is cut in its middle. */
export function shortenPath(path: string): string {
  return path.length <= 4 * SHOWN ? path : `${path.slice(0, SHOWN)}…${path.slice(-SHOWN)}`;
}
