import type { RootCheck } from '../../check';
import type { Finding } from '../../finding';
import { readDropIns, walkIfThere } from '../../look';
import { tmpfilesPaths } from './tmpfiles';

export const varLog: RootCheck = {
  kind: 'root',
  name: 'var-log',
  title: '/var/log holds no log',
  run: async ({ root }) => {
    const findings: Finding[] = [];
    for await (const { path, type, encoding } of walkIfThere(root, '/var/log')) {
      if (type !== 'file' || encoding === 'other') continue;
      const size = (await root.lstat(path))?.size ?? 0;
      if (size > 0) findings.push({ path, message: `\`${path}\` is a log of ${size} bytes` });
    }
    return findings;
  },
};

const TMPFILES = ['/etc/tmpfiles.d', '/run/tmpfiles.d', '/usr/lib/tmpfiles.d'] as const;

export const varTmpfiles: RootCheck = {
  kind: 'root',
  name: 'var-tmpfiles',
  title: 'what is in /var is declared in tmpfiles.d',
  run: async ({ root }) => {
    const declared = tmpfilesPaths(await readDropIns(root, TMPFILES, '.conf'));
    const findings: Finding[] = [];
    for await (const { path, type, encoding } of walkIfThere(root, '/var')) {
      // The check `utf8` has these.
      if (encoding === 'other') continue;
      if (type === 'directory' || type === 'symlink') {
        if (declared.has(path)) continue;
        findings.push({
          path,
          message: `the ${type} \`${path}\` has no entry in tmpfiles.d`,
          hint: 'machines that are installed already never get it: /var is unpacked at the first installation only',
        });
      } else {
        findings.push({ path, message: `\`${path}\` is a file in /var, which no update reaches` });
      }
    }
    return findings;
  },
};
