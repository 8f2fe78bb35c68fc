/** What each build of an `nx run-many` with `--outputStyle=static` printed, by project. */
export function sectionsOf(output: string): ReadonlyMap<string, string> {
  const [, ...sections] = output.split(/^> nx run /m);
  return new Map(
    sections.map((section) => {
      const end = section.search(/^\s*NX /m);
      return [/^[^:]+/.exec(section)?.[0] ?? '', end === -1 ? section : section.slice(0, end)];
    }),
  );
}

/** The diagnostics in what a program printed, each from `error[` to the next empty line, without the time that curl took. */
export function errorsIn(output: string): string[] {
  return [...output.matchAll(/^error\[[^]*?(?=\n\s*\n|$(?![^]))/gm)].map(([text]) =>
    text.trimEnd().replaceAll(/after \d+ ms/g, 'after 0 ms'),
  );
}
