import { isUtf8 } from 'node:buffer';
import { readlinkSync } from 'node:fs';
import type { RootCheck } from '../../check';
import type { Finding } from '../../finding';

export const utf8: RootCheck = {
  kind: 'root',
  name: 'utf8',
  title: 'names of files and targets of links are UTF-8',
  run: async ({ root }) => {
    const findings: Finding[] = [];
    // What is below a name that cannot be written has no name either.
    const unnamed: string[] = [];
    for await (const { path, type, encoding } of root.walk('/')) {
      if (unnamed.some((directory) => path.startsWith(`${directory}/`))) continue;
      if (encoding === 'other') {
        unnamed.push(path);
        findings.push({ path, message: `the name \`${path}\` is not UTF-8` });
      } else if (type === 'symlink') {
        const { hostPath } = await root.resolve(path, 'keep');
        if (!isUtf8(readlinkSync(hostPath, 'buffer'))) {
          findings.push({ path, message: `the target of the link \`${path}\` is not UTF-8` });
        }
      }
    }
    return findings;
  },
};
