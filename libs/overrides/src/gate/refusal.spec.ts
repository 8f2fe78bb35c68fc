import { REFUSED_IN_LAYER } from '../testing/hostile';
import { refusalInLayer, type InLayer } from './refusal';

const inLayer = (words: string) => {
  const [type, path] = words.split(' ') as [InLayer['type'], string];
  return refusalInLayer({ type, path });
};

describe('refusalInLayer', () => {
  it.each(REFUSED_IN_LAYER)('refuses %s', (words, why) => {
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
