import { refusalInLayer, type InLayer } from './refusal';

const inLayer = (words: string) => {
  const [type, path] = words.split(' ') as [InLayer['type'], string];
  return refusalInLayer({ type, path });
};

describe('refusalInLayer', () => {
  it.each([
    ['file /usr/bin/.wh.bash', 'would remove a file in the layers below'],
    ['directory /usr/.wh.x', 'would remove a file in the layers below'],
    ['file /proc/x', '/proc is mounted over'],
    ['symlink /dev/stdin', '/dev is mounted over'],
    ['file /dev', 'is mounted over'],
    ['other /usr/lib/socket', 'is a device, a FIFO or a socket'],
  ])('refuses %s', (words, why) => {
    expect(inLayer(words)?.why).toContain(why);
  });

  it.each([
    'directory /dev',
    'directory /proc/x',
    'file /var/lib/state',
    'file /etc/passwd',
    'file /usr/lib/os-release',
  ])('accepts %s, which packages and the build leave', (words) => {
    expect(inLayer(words)).toBeUndefined();
  });
});
