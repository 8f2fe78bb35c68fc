import type { RootCheck } from '../../check';
import { isFile } from '../../look';

/** In the order in which ostree reads them: https://ostreedev.github.io/ostree/man/ostree-prepare-root.html */
const FILES = ['/etc/ostree/prepare-root.conf', '/usr/lib/ostree/prepare-root.conf'] as const;

export const baseimageComposefs: RootCheck = {
  kind: 'root',
  name: 'baseimage-composefs',
  title: 'composefs is enabled, or the root transient',
  run: async ({ root }) => {
    for (const path of FILES) {
      if (!(await isFile(root, path))) continue;
      if (isComposefsEnabled((await root.readFile(path)).toString())) return [];
      return [{ path, message: `\`${path}\` enables neither composefs nor a transient root` }];
    }
    const [, path] = FILES;
    return [{ path, message: `there is no \`${path}\` that enables composefs` }];
  },
};

/** Whether a prepare-root.conf, a key file as of GLib, enables composefs or a transient root. */
export function isComposefsEnabled(text: string): boolean {
  let section = '';
  for (const line of text.split('\n').map((untrimmed) => untrimmed.trim())) {
    const header = /^\[(.+)\]$/.exec(line);
    if (header !== null) {
      section = header[1] ?? '';
      continue;
    }
    const [key = '', value = ''] = line.split('=').map((part) => part.trim());
    if (section === 'composefs' && key === 'enabled' && ENABLED.has(value)) return true;
    if (section === 'root' && key === 'transient' && TRUE.has(value)) return true;
  }
  return false;
}

const TRUE: ReadonlySet<string> = new Set(['true', 'yes', '1']);
const ENABLED: ReadonlySet<string> = new Set([...TRUE, 'maybe', 'signed', 'verity']);
