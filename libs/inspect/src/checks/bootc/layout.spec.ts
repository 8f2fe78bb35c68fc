import type { RootCheck } from '../../check';
import { DIRECTORY, imageWith, link, type Planted } from '../../testing/image-root';
import { baseimageComposefs } from './composefs';
import {
  apiBaseDirectories,
  baseimageRoot,
  buildahInjected,
  etcUsretc,
  kernel,
  nonemptyBoot,
  nonemptyRunTmp,
  varRun,
} from './layout';
import { sysusers } from './sysusers';
import { varLog, varTmpfiles } from './var';

type Content = Readonly<Record<string, Planted>>;

const API = Object.fromEntries(['dev', 'proc', 'sys', 'run', 'tmp', 'var'].map((name) => [`/${name}`, DIRECTORY]));
const KERNEL = { '/usr/lib/modules/6/vmlinuz': 'x', '/usr/lib/modules/6/initramfs.img': 'x' };

async function find(check: RootCheck, content: Content): Promise<readonly (string | undefined)[]> {
  return (await check.run(await imageWith(content))).map(({ path }) => path);
}

describe('the rules of bootc', () => {
  it.each<[RootCheck, Content]>([
    [apiBaseDirectories, API],
    [baseimageRoot, { '/sysroot': DIRECTORY, '/ostree': link('sysroot/ostree') }],
    [baseimageComposefs, { '/usr/lib/ostree/prepare-root.conf': '[composefs]\nenabled = yes\n' }],
    [buildahInjected, { '/etc/hostname': 'lab\n', '/etc/resolv.conf': link('/run/resolv.conf') }],
    [buildahInjected, {}],
    [etcUsretc, { '/etc': DIRECTORY, '/usr': DIRECTORY }],
    [kernel, { ...KERNEL, '/usr/lib/modules/5/modules.dep': 'x' }],
    [nonemptyBoot, { '/boot/efi': DIRECTORY }],
    [nonemptyRunTmp, { '/run': DIRECTORY, '/tmp': DIRECTORY }],
    [varRun, { '/var/run': link('/run') }],
    [varRun, {}],
    [varLog, { '/var/log/empty.log': '', '/var/log/d': DIRECTORY }],
    [sysusers, { '/etc/passwd': 'a:x:1:1::/:/bin/sh\n', '/usr/lib/sysusers.d/a.conf': 'u a 1\n' }],
    [varTmpfiles, { '/var/lib/a': DIRECTORY, '/usr/lib/tmpfiles.d/a.conf': 'd /var/lib/a\n' }],
  ])('$name find nothing in %#', async (check, content) => {
    expect(await find(check, content)).toEqual([]);
  });

  it.each<[RootCheck, Content, readonly string[]]>([
    [apiBaseDirectories, { ...API, '/dev': 'a file' }, ['/dev']],
    [apiBaseDirectories, { ...API, '/tmp': link('var/tmp') }, ['/tmp']],
    [baseimageRoot, { '/sysroot': 'x', '/ostree': link('/sysroot/ostree') }, ['/sysroot', '/ostree']],
    [baseimageRoot, {}, ['/sysroot', '/ostree']],
    [baseimageComposefs, {}, ['/usr/lib/ostree/prepare-root.conf']],
    [
      baseimageComposefs,
      { '/etc/ostree/prepare-root.conf': '[composefs]\nenabled = no\n' },
      ['/etc/ostree/prepare-root.conf'],
    ],
    [buildahInjected, { '/etc/hostname': '', '/etc/resolv.conf': '' }, ['/etc/hostname', '/etc/resolv.conf']],
    [etcUsretc, { '/etc': DIRECTORY, '/usr/etc': DIRECTORY }, ['/usr/etc']],
    [kernel, {}, ['/usr/lib/modules']],
    [kernel, { '/usr/lib/modules/6/vmlinuz': 'x' }, ['/usr/lib/modules/6']],
    [
      kernel,
      { ...KERNEL, '/usr/lib/modules/7/vmlinuz': 'x', '/usr/lib/modules/7/initramfs.img': 'x' },
      ['/usr/lib/modules/6', '/usr/lib/modules/7'],
    ],
    [nonemptyBoot, { '/boot/efi': DIRECTORY, '/boot/vmlinuz': 'x' }, ['/boot/vmlinuz']],
    [nonemptyRunTmp, { '/run/lock': DIRECTORY, '/tmp/x': 'x' }, ['/run/lock', '/tmp/x']],
    [varRun, { '/var/run': DIRECTORY }, ['/var/run']],
    [varLog, { '/var/log/d/a.log': 'x' }, ['/var/log/d/a.log']],
    [sysusers, { '/etc/passwd': 'a:x:1:1::/:/bin/sh\n', '/etc/group': 'b:x:1:\n' }, ['/etc/passwd', '/etc/group']],
    [varTmpfiles, { '/var/lib/a': DIRECTORY, '/var/lib/b': 'x' }, ['/var/lib', '/var/lib/a', '/var/lib/b']],
  ])('$name find what breaks them in %#', async (check, content, paths) => {
    expect(await find(check, content)).toEqual(paths);
  });
});
