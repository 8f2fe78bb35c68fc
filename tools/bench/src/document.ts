const BEGIN = '<!-- results of npm run bench -->';
const END = '<!-- end of results -->';

/** A page with the results in the place that is marked for them; at its end, under a heading, when none is. */
export function placeResults(page: string, results: string): string {
  const section = `${BEGIN}\n\n${results.trim()}\n\n${END}`;
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start === -1 || end < start)
    return `${page.trimEnd()}\n\n## Against other ways to build the same\n\n${section}\n`;
  return page.slice(0, start) + section + page.slice(end + END.length);
}
