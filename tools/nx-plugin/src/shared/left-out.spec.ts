import { checkedValue, parseFamily } from '@immutablue/variant';
import { leftOutOf } from './left-out';

const TEXTS: Readonly<Record<string, string>> = {
  base: 'name: base\ndescription: d\nfrom: quay.io/x/silverblue\n',
  asahi: 'name: asahi\ndescription: d\nfrom: quay.io/y/silverblue\napply: [base]\nplatforms: [linux/arm64]\n',
  teal: 'name: teal\ndescription: d\nfrom: asahi\nplatforms: [linux/arm64]\n',
  wide: 'name: wide\ndescription: d\nfrom: quay.io/x/silverblue\nplatforms: [linux/amd64, linux/arm64]\n',
};
const files = Object.entries(TEXTS).map(([name, text]) => ({ file: `/w/packages/${name}/variant.yaml`, text }));
const family = checkedValue(parseFamily(files));

it.each([
  ['run-many -t build', ['asahi', 'teal']],
  ['affected -t build', ['asahi', 'teal']],
  ['--verbose run-many --targets=lock --check', ['asahi', 'teal']],
  ['run-many -t build -p base,wide', ['asahi', 'teal']],
  ['run-many -t build -p tag:type:image', ['asahi', 'teal']],
  // Named.
  ['run-many -t build -p base,asahi', ['teal']],
  ['run-many -t build --projects=asahi', ['teal']],
  ['run-many -t build --projects=@org/asahi', ['teal']],
  // What a named one stands on is built, too.
  ['run-many -t build -p teal', []],
  ['run-many -t build --emulate', []],
  ['affected -t build --architecture=aarch64', []],
  // One project, asked for by name.
  ['build asahi', []],
  ['run asahi:build', []],
])('nx %s leaves out on x86_64: %j', (command, expected) => {
  expect(leftOutOf(['node', 'nx', ...command.split(' ')], family, 'x86_64').map(({ name }) => name)).toEqual(expected);
});

it('leaves out what is for x86_64 alone, or first, on aarch64', () => {
  const names = leftOutOf(['node', 'nx', 'run-many', '-t', 'build'], family, 'aarch64').map(({ name }) => name);
  expect(names).toEqual(['base', 'wide']);
});
