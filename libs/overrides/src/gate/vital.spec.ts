import { vitalPathWith } from './vital';

describe('vitalPathWith', () => {
  it.each([
    ['/', '/dev'],
    ['/etc', '/etc/passwd'],
    ['/etc/', '/etc/passwd'],
    ['/bin', '/bin'],
    ['/bin/bash', '/usr/bin/bash'],
    ['/usr/bin/bash', '/usr/bin/bash'],
    ['/usr/bin', '/usr/bin/bash'],
    ['/usr', '/usr/sbin'],
    ['/usr/lib/sysimage', '/usr/lib/sysimage/rpm'],
    ['/usr/lib/modules', '/usr/lib/modules'],
    ['/lib/modules', '/usr/lib/modules'],
    ['/usr/lib/sysimage/rpm/rpmdb.sqlite', '/usr/lib/sysimage/rpm'],
    ['/usr/share/rpm', '/usr/share/rpm'],
    ['/usr/sbin/init', '/usr/bin/init'],
    ['/sbin/init', '/usr/bin/init'],
  ])('%s would take %s away', (path, vital) => {
    expect(vitalPathWith(path)).toBe(vital);
  });

  it.each([
    '/etc/resolv.conf',
    '/usr/lib/modules/6.18/build',
    '/usr/bin/bashbug',
    '/etc/yum.repos.d',
    '/opt',
    '/usr/share/doc',
  ])('%s can be removed', (path) => {
    expect(vitalPathWith(path)).toBeUndefined();
  });
});
