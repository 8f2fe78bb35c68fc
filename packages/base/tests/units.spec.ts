import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const OVERRIDES = join(__dirname, '../artifacts/overrides');
const PACKAGES = parse(readFileSync(join(__dirname, '../packages.yaml'), 'utf8')) as {
  immutablue: Record<`services_enable_${'sys' | 'user'}`, { all: string[] }>;
};
const SCOPES = [
  ['system', PACKAGES.immutablue.services_enable_sys.all],
  ['user', PACKAGES.immutablue.services_enable_user.all],
] as const;

describe.each(SCOPES)('the %s units of the runtime', (scope, enabled) => {
  const directory = join(OVERRIDES, 'usr/lib/systemd', scope);
  const units = readdirSync(directory).filter((name) => name.startsWith('immutablue-'));
  const contentOf = (name: string) => readFileSync(join(directory, name), 'utf8');

  it('are enabled exactly if they can be', () => {
    const installable = units.filter((name) => contentOf(name).includes('\n[Install]\n'));
    expect(enabled.filter((name) => name.startsWith('immutablue-')).sort()).toEqual(installable.sort());
  });

  it('each run an occasion of their scope that the runner knows', () => {
    const known = readFileSync(join(OVERRIDES, 'usr/libexec/immutablue/lib/common.sh'), 'utf8');
    const occasions = new RegExp(`^ +${scope}\\) printf '%s\\\\n' (.*) ;;$`, 'm').exec(known)?.[1]?.split(' ') ?? [];
    const run = units.flatMap((name) =>
      [...contentOf(name).matchAll(/^Exec(?:Start|Stop)=(\S+) (\S+) (\S+)$/gm)].map(([, program, ...words]) => {
        expect(statSync(join(OVERRIDES, program ?? '')).mode & 0o111).toBe(0o111);
        return words;
      }),
    );
    expect(run.sort()).toEqual(occasions.map((occasion) => [scope, occasion]).sort());
  });

  it('have a timer for each service that is not started otherwise', () => {
    const started = units
      .filter((name) => contentOf(name).includes('\n[Install]\n'))
      .map((name) => name.replace('.timer', '.service'));
    expect(units.filter((name) => name.endsWith('.service') && !started.includes(name))).toEqual([]);
  });
});
