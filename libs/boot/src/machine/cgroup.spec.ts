import { findGroups } from './cgroup';

const mount = (root: string, point: string, rest: string) => `30 23 0:26 ${root} ${point} rw,nosuid - ${rest}`;

describe('findGroups', () => {
  it.each([
    [
      'one hierarchy',
      '0::/user.slice/a\n',
      [mount('/', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw')],
      ['/sys/fs/cgroup/user.slice/a'],
    ],
    [
      'both, in part of version 1',
      '9:name=systemd:/\n4:memory:/x\n0::/\n',
      [
        mount('/', '/sys/fs/cgroup/unified', 'cgroup2 cgroup2 rw'),
        mount('/', '/sys/fs/cgroup/systemd', 'cgroup cgroup rw,xattr,name=systemd'),
        mount('/', '/sys/fs/cgroup/memory', 'cgroup cgroup rw,memory'),
      ],
      ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'],
    ],
    [
      'a part of one, as in a container',
      '0::/docker/1\n',
      [mount('/docker/1', '/sys/fs/cgroup', 'cgroup2 cgroup rw')],
      ['/sys/fs/cgroup'],
    ],
    ['a part that the process is not in', '0::/a\n', [mount('/b', '/sys/fs/cgroup', 'cgroup2 cgroup rw')], []],
  ])('finds %s', (_, groups, mounts, expected) => {
    expect(findGroups(groups, mounts.join('\n'))).toEqual(expected);
  });
});
