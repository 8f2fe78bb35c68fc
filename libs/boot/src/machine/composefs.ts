/** Whether an ostree can mount a root filesystem with composefs, from what `ostree --version` prints. */
export function hasComposefs(version: string): boolean {
  return /^\s*- composefs$/m.test(version);
}

/** ostree's settings of the root filesystem with composefs turned off; ostree-prepare-root(1). */
export function withoutComposefs(configuration: string): string {
  let section = '';
  return configuration
    .split('\n')
    .map((line) => {
      section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1] ?? section;
      return section === 'composefs' && /^\s*enabled\s*=/.test(line) ? 'enabled = no' : line;
    })
    .join('\n');
}
