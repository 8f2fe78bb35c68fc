import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { renderError } from '@immutablue/diagnostics';
import { SETTINGS } from '@immutablue/plan/testing';
import { generateKeyPair } from '@immutablue/signing';
import { readPlan } from './read-plan';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'immutablue-read-plan-'));
  await put('base/variant.yaml', 'name: base\ndescription: d\nfrom: quay.io/a/silverblue\noptions: [gui]\n');
  await put('server/variant.yaml', 'name: server\ndescription: d\nfrom: quay.io/a/atomic\napply: [base]\n');
  await put('teal/variant.yaml', 'name: teal\ndescription: d\nfrom: base\n');
});
afterEach(() => rm(root, { recursive: true }));

/** Puts a file, or a link where the content begins with `-> `. */
async function put(path: string, content: string | Buffer): Promise<void> {
  const file = join(root, 'packages', path);
  await mkdir(dirname(file), { recursive: true });
  if (typeof content === 'string' && content.startsWith('-> ')) await symlink(content.slice(3), file);
  else await writeFile(file, content);
}

/** What is wrong with a variant, as people are shown it; nothing when a plan can be made. */
async function faultsOf(variant: string, settings = SETTINGS): Promise<string> {
  const [release] = settings.releases;
  try {
    await readPlan({ workspaceRoot: root, settings, variant, release, upstream: 'fedora' });
    return '';
  } catch (error) {
    return renderError(error, { root, colors: 'never' });
  }
}

describe('readPlan refuses', () => {
  it('lists of an applied variant and the own that contradict each other', async () => {
    await put('base/packages.yaml', 'immutablue:\n  services_enable_sys:\n    all: [sshd.service]\n');
    await put('server/packages.yaml', 'immutablue:\n  services_disable_sys:\n    all: [sshd.service]\n');
    expect(await faultsOf('base')).toBe('');
    expect(await faultsOf('server')).toMatchInlineSnapshot(`
     "error[packages/contradiction]: the system unit \`sshd.service\` is enabled and disabled
       --> packages/server/packages.yaml:3:11
       |
     3 |     all: [sshd.service]
       |           ^^^^^^^^^^^^
       | it is enabled at packages/base/packages.yaml:3:11
       hint: keep one of the two, or have them count for different builds: \`services_disable_sys_<option>\`"
    `);
  });

  it('an image name that is too long for registries', async () => {
    await put('teal/variant.yaml', `name: teal\ndescription: d\nfrom: base\nimage: ${'a'.repeat(240)}\n`);
    expect(await faultsOf('teal')).toContain('has a name of 259 characters: registries take 255');
  });

  it('nothing of a child that removes what its parent installs', async () => {
    await put('base/packages.yaml', 'immutablue:\n  rpm:\n    all: [tailscale]\n');
    await put('teal/packages.yaml', 'immutablue:\n  rpm_rm:\n    all: [tailscale]\n');
    expect(await faultsOf('teal')).toBe('');
  });

  it('a unit of its overrides that has nothing to be enabled by', async () => {
    await put(
      'base/artifacts/overrides/usr/lib/systemd/system/a.service',
      '[Service]\nExecStart=/bin/true\n\n[Install]\n',
    );
    await put('teal/packages.yaml', 'immutablue:\n  services_enable_sys:\n    all: [sshd.service, a.service]\n');
    expect(await faultsOf('teal')).toMatchInlineSnapshot(`
     "error[packages/not-enableable]: the system unit \`a.service\` cannot be enabled: no section [Install] says what starts it
       --> packages/teal/packages.yaml:3:25
       |
     3 |     all: [sshd.service, a.service]
       |                         ^^^^^^^^^
       | the unit is at packages/base/artifacts/overrides/usr/lib/systemd/system/a.service:4:1
       hint: write \`[Install]\` with \`WantedBy=\` in the unit or in a drop-in of it; if a socket or a timer starts it, enable that instead"
    `);
    await put('teal/artifacts/overrides/etc/systemd/system/a.service.d/when.conf', '[Install]\nWantedBy=x.target\n');
    expect(await faultsOf('teal')).toBe('');
  });

  it('a unit that its overrides mask', async () => {
    await put('teal/packages.yaml', 'immutablue:\n  services_enable_user:\n    all: [a.timer]\n');
    await put('teal/artifacts/overrides/etc/systemd/user/a.timer', '-> /dev/null');
    expect(await faultsOf('teal')).toMatchInlineSnapshot(`
     "error[packages/contradiction]: the user unit \`a.timer\` is enabled, and masked by an override
       --> packages/teal/packages.yaml:3:11
       |
     3 |     all: [a.timer]
       |           ^^^^^^^
       | the override is at packages/teal/artifacts/overrides/etc/systemd/user/a.timer:1:1
       hint: remove the line or the override"
    `);
  });

  it('overrides of what asks hosts for signatures, and a private key in the place of the public one', async () => {
    await put('base/artifacts/overrides/etc/containers/policy.json', '{}');
    expect(await faultsOf('base')).toBe('');
    const signing = { publicKey: 'signing.pub' };
    await writeFile(join(root, 'signing.pub'), generateKeyPair(undefined).publicKey);
    expect(await faultsOf('base', { ...SETTINGS, signing })).toMatchInlineSnapshot(`
     "error[override/forbidden-path]: \`/etc/containers/policy.json\` is written by the build: \`signing\` in nx.json asks for signatures of \`quay.io/immutablue\`
       --> packages/base/artifacts/overrides/etc/containers/policy.json:1:1
       hint: a script build/90-post.sh can change it; without \`signing\` it is yours alone"
    `);
    await writeFile(join(root, 'signing.pub'), generateKeyPair(undefined).privateKey);
    expect(await faultsOf('base', { ...SETTINGS, signing })).toContain('this is a private key');
  });

  it.each(['35-own.sh', '99-common.sh'])('a script that bash cannot run as it is meant: %s', async (name) => {
    await put(`teal/build/${name}`, '#!/bin/sh\r\necho a\r\n');
    const faults = (await faultsOf('teal')).split('\n\n').map((fault) => fault.split('\n').slice(0, 2).join('\n'));
    expect(faults).toEqual([
      `error[script/line-ends]: the lines of the script end as on Windows, with a carriage return\n  --> packages/teal/build/${name}:1:10`,
      `error[script/not-bash]: \`#!/bin/sh\`: scripts of sub-stages are run by bash\n  --> packages/teal/build/${name}:1:1`,
    ]);
  });

  it('a script in UTF-16, and nothing else of it', async () => {
    await put('teal/build/35-own.sh', Buffer.from('\uFEFFecho a\n', 'utf16le'));
    expect((await faultsOf('teal')).match(/error\[.*\]/g)).toEqual(['error[script/byte-order-mark]']);
  });
});
