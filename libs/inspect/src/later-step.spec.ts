import { mentions } from './later-step';

it.each([
  ['rm /etc/a', true],
  ['sed -i s/x/y/ "/etc/a"', true],
  ['echo x >/etc/a # more', true],
  ['# rm /etc/a', false],
  ['rm /etc/a.conf', false],
  ['rm -r /etc/a/b', false],
  ['rm /usr/etc/a', false],
  ['rm /etc', false],
])('%j changes /etc/a: %s', (line, expected) => {
  expect(mentions(line, '/etc/a')).toBe(expected);
});
