const PREFIX = 'applies:';

/** The tag of an Nx project whose variant applies another one. */
export function appliesTag(variant: string): string {
  return `${PREFIX}${variant}`;
}

/** The variants that a project's variant applies, by its tags. */
export function appliedIn(tags: readonly string[]): string[] {
  return tags.filter((tag) => tag.startsWith(PREFIX)).map((tag) => tag.slice(PREFIX.length));
}
