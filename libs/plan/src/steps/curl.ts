/** The command by which everything is fetched in the root filesystem: what it trusts and how it gets out is the image's own. */
export function curl(url: string, output: string): [string, ...string[]] {
  const flags = ['--fail', '--silent', '--show-error', '--location', '--retry', '2'];
  return ['curl', ...flags, '--output', output, '--', url];
}
