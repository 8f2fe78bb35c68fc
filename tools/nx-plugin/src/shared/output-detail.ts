/** How much a task prints: `everything` with Nx's `--verbose`. */
export function outputDetail(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): 'result' | 'everything' {
  return environment['NX_VERBOSE_LOGGING'] === 'true' ? 'everything' : 'result';
}
