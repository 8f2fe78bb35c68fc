import type { Workspace } from './workspace';

const UNIT =
  '[Unit]\nDescription=Of a test\n[Service]\nExecStart=/usr/bin/true\n[Install]\nWantedBy=multi-user.target\n';
/** On the lab it is that of the stand-in which counts. */
const SHA256 = '0a'.repeat(32);
const BAD_UNIT =
  '[Unit]\nDescription=Of a test\n[Service]\nExecStrat=/usr/bin/true\nExecStart=/usr/bin/no-such-program\n';

/**
 * Adds variants for tests of images: `e2e-right`, in which `nx test` has nothing to find; `e2e-faulty`, which brings a unit,
 * a script and a quadlet with a fault each, and a directory in /var; and `e2e-child` on that one.
 */
export async function addTestedVariants(workspace: Workspace): Promise<void> {
  await workspace.addVariant('e2e-right', {
    files: {
      'packages.yaml': `immutablue:\n  rpm:\n    all: [htop]\n  file_rm:\n    all: [/usr/share/e2e/unwanted]\n  services_enable_sys:\n    all:\n      - e2e-right.service\n      - e2e-disabled.service\n  downloads:\n    all:\n      - {name: e2e-tool, url: 'https://example.org/e2e-tool', sha256: ${SHA256}, path: /usr/bin/e2e-tool}\n`,
      'artifacts/overrides/usr/lib/systemd/system/e2e-right.service': UNIT,
      'artifacts/overrides/usr/lib/systemd/system/e2e-disabled.service': UNIT,
      'artifacts/overrides/usr/share/e2e/file': 'as in the tree\n',
      'artifacts/overrides/usr/share/e2e/private': 'as in the tree\n',
      'artifacts/overrides/usr/share/e2e/changed': 'as in the tree\n',
      'artifacts/overrides/usr/share/e2e/removed': 'as in the tree\n',
      'artifacts/overrides/usr/libexec/e2e.sh': '#!/bin/sh\necho "$1"\n',
      'artifacts/overrides/usr/share/containers/systemd/e2e.container': '[Container]\nImage=localhost/e2e\n',
      'artifacts/overrides/usr/lib/bootc/kargs.d/10-e2e.toml': 'kargs = ["quiet"]\n',
      'build/35-e2e.sh': '# Of a test.\necho more >>/usr/share/e2e/changed\n',
      'build/50-remove-files.sh': 'rm /usr/share/e2e/removed\n',
    },
  });
  await workspace.addVariant('e2e-faulty', {
    files: {
      'artifacts/overrides/usr/lib/systemd/system/e2e-faulty.service': BAD_UNIT,
      'artifacts/overrides/usr/libexec/e2e.sh': '#!/bin/sh\necho $1\n',
      'artifacts/overrides/usr/share/containers/systemd/e2e.container': '[Container]\nExec=true\n',
      'build/35-e2e.sh': 'mkdir /var/lib/e2e\nfor name in $(ls /usr/lib/os-release); do echo "${name}"; done\n',
    },
  });
  await workspace.addVariant('e2e-child', { from: 'e2e-faulty' });
}
