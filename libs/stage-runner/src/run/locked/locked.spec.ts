import { parsePackageList } from './query';
import { requireExact } from './install';
import { keysOf } from './signatures';
import type { LockedPackage, LockSelection } from '@immutablue/variant';

const SELECTION = { release: '44', architecture: 'x86_64' } as Pick<LockSelection, 'release' | 'architecture'>;

it('finds the keys of repositories, with their variables', () => {
  const text =
    '[one]\nname=One\ngpgkey=file:///etc/KEY-$releasever-$basearch\n  https://keys.example/two\n\n[two]\nbaseurl=x\n[three]\ngpgkey = https://a/${arch}, https://b/c\n';
  expect([...keysOf(text, SELECTION)]).toEqual([
    ['one', ['file:///etc/KEY-44-x86_64', 'https://keys.example/two']],
    ['three', ['https://a/x86_64', 'https://b/c']],
  ]);
});

it('reads what rpm prints, and no warnings', () => {
  expect(parsePackageList('warning: old database\ntmux\t0\t3.5a\t3\tx86_64\n')).toEqual([
    { name: 'tmux', epoch: 0, version: '3.5a', release: '3', arch: 'x86_64' },
  ]);
});

describe('requireExact', () => {
  const rpm = (name: string, version: string): LockedPackage => ({
    ...{ name, epoch: 0, version, release: '1', arch: 'noarch' },
    source: { kind: 'repository', repository: 'fedora' },
    checksum: `sha256:${'a'.repeat(64)}` as LockedPackage['checksum'],
    location: { file: 'packages.lock.yaml', line: 7, column: 13 },
  });
  const locked = {
    packages: [rpm('tmux', '1')],
    store: { source: '/cache/rpms', target: '/run/immutablue/locked', access: 'read-only' },
    relock: 'npx nx run cyan:lock',
  } as const;
  const check = (after: LockedPackage[], built: LockedPackage[] = []) => {
    requireExact({ before: new Set(['bash-0:5-1.noarch']), after, built, locked });
  };

  it('accepts what is locked, what was there, and what a dep-builder made', () => {
    expect(() => {
      check([rpm('bash', '5'), rpm('tmux', '1'), rpm('kmod', '9')], [rpm('kmod', '9')]);
    }).not.toThrow();
  });

  it('refuses another version, and anything else that came', () => {
    expect(() => {
      check([rpm('tmux', '2')]);
    }).toThrow('`tmux-0:1-1.noarch` is locked, and the image has tmux-0:2-1.noarch; `tmux-0:2-1.noarch` was installed');
  });
});
