/**
 * Lines of buildah's own that mean nothing to those who build: those that it prints on some hosts with every call, the
 * exit code of the command, which it repeats up to three times, and that a Containerfile asks for no mark of its build.
 */
const NOISE =
  /CNI plugin|cniVersion|CNI config|Running in chroot, ignoring|build args were not consumed: \[IMMUTABLUE_BUILD\]|^subprocess exited (with status|on) \w+$|^Error: (while running runtime: )?exit status \d+$/i;

/** Whether a line that buildah prints is not worth showing. */
export function isNoise(line: string): boolean {
  return NOISE.test(line);
}
