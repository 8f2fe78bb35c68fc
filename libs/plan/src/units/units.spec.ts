import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openRoot } from '@immutablue/overrides';
import type { ServiceScope } from '@immutablue/variant';
import { findUnit } from './find-unit';
import { canBeEnabled, installLine } from './install-section';
import { unitsIn } from './root-units';

const UNIT = '[Service]\nExecStart=/bin/true\n';
const INSTALL = '[Install]\nWantedBy=multi-user.target\n';
const LIB = '/usr/lib/systemd/system';
const ETC = '/etc/systemd/system';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'immutablue-units-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Puts files, and links where the text begins with `-> `. */
function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(root, path));
    else writeFileSync(join(root, path), text);
  }
}

async function judge(
  unit: string,
  scope: ServiceScope = 'system',
): Promise<'enabled' | 'static' | 'masked' | 'unknown'> {
  const found = await findUnit(unitsIn(await openRoot(root, { epochSeconds: 0 })), scope, unit);
  if (found === undefined) return 'unknown';
  if (found.kind === 'masked') return 'masked';
  return canBeEnabled(found.texts) ? 'enabled' : 'static';
}

/** What the real one makes of it. */
function systemctl(unit: string, scope: ServiceScope): string {
  const flags = [`--root=${root}`, ...(scope === 'user' ? ['--global'] : [])];
  const run = (action: string) =>
    // `enable` of what cannot be enabled, and `is-enabled` of it, end with 1: what they say is compared.
    spawnSync('systemctl', [...flags, action, unit], {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_OFFLINE: '1' },
    }).stdout.trim();
  run('enable');
  return run('is-enabled');
}

const a = `${LIB}/a.service`;

describe('whether a unit can be enabled', () => {
  it.each<[string, string, Record<string, string>, 'enabled' | 'static' | 'masked']>([
    ['with WantedBy', 'a.service', { [a]: UNIT + INSTALL }, 'enabled'],
    ['with RequiredBy', 'a.service', { [a]: `${UNIT}[Install]\nRequiredBy = x.target\n` }, 'enabled'],
    ['with Alias', 'a.service', { [a]: `${UNIT}[Install]\nAlias=b.service\n` }, 'enabled'],
    ['without a section', 'a.service', { [a]: UNIT }, 'static'],
    ['with an empty section', 'a.service', { [a]: `${UNIT}[Install]\n` }, 'static'],
    ['with a commented section', 'a.service', { [a]: `${UNIT}# [Install]\n#WantedBy=x.target\n` }, 'static'],
    ['with the key in another section', 'a.service', { [a]: '[Unit]\nWantedBy=multi-user.target\n' }, 'static'],
    ['with an empty value', 'a.service', { [a]: `${UNIT}[Install]\nWantedBy=\n` }, 'static'],
    ['with a value that is taken back', 'a.service', { [a]: `${UNIT}${INSTALL}WantedBy=\n` }, 'static'],
    ['with a continued line', 'a.service', { [a]: `${UNIT}[Install]\nWantedBy=\\\n  x.target\n` }, 'enabled'],
    ['with a drop-in', 'a.service', { [a]: UNIT, [`${a}.d/x.conf`]: INSTALL }, 'enabled'],
    ['with a drop-in in /etc', 'a.service', { [a]: UNIT, [`${ETC}/a.service.d/x.conf`]: INSTALL }, 'enabled'],
    ['with something else there', 'a.service', { [a]: UNIT, [`${a}.d/x.txt`]: INSTALL }, 'static'],
    ['by what is in /etc', 'a.service', { [a]: UNIT + INSTALL, [`${ETC}/a.service`]: UNIT }, 'static'],
    ['by its template', 'a@x.service', { [`${LIB}/a@.service`]: UNIT + INSTALL }, 'enabled'],
    ['by its template without a section', 'a@x.service', { [`${LIB}/a@.service`]: UNIT }, 'static'],
    ['masked', 'a.service', { [a]: UNIT + INSTALL, [`${ETC}/a.service`]: '-> /dev/null' }, 'masked'],
  ])('%s', async (_, unit, files, expected) => {
    put(files);
    expect(await judge(unit)).toBe(expected);
    expect(systemctl(unit, 'system')).toBe(expected);
  });

  it('of users', async () => {
    put({ '/usr/lib/systemd/user/a.service': UNIT, '/usr/lib/systemd/system/a.service': UNIT + INSTALL });
    expect(await judge('a.service', 'user')).toBe('static');
    expect(systemctl('a.service', 'user')).toBe('static');
  });

  it('behind a link, with the drop-ins of both names', async () => {
    put({ [`${LIB}/b.service`]: '-> a.service', [a]: UNIT });
    expect(await judge('b.service')).toBe('static');
    put({ [`${a}.d/x.conf`]: INSTALL });
    expect(await judge('b.service')).toBe('enabled');
  });

  it('with drop-ins for a prefix and for all units of the type', async () => {
    put({ [`${LIB}/a-b.service`]: UNIT, [`${LIB}/a-.service.d/x.conf`]: INSTALL });
    expect(await judge('a-b.service')).toBe('enabled');
    put({ [a]: UNIT, [`${ETC}/service.d/y.conf`]: INSTALL });
    expect(await judge('a.service')).toBe('enabled');
  });

  it('is not known of what is not there', async () => {
    expect(await judge('a.service')).toBe('unknown');
    put({ [a]: '-> /nowhere' });
    expect(await judge('a.service')).toBe('unknown');
  });
});

it('finds the line of the section', () => {
  expect(installLine(`${UNIT}\n[Install]\n`)).toBe(4);
  expect(installLine(UNIT)).toBe(1);
});
