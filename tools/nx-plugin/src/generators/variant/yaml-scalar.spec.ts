import { parseVariant } from '@immutablue/variant';
import { yamlScalar } from './yaml-scalar';

it.each([
  ['teal', 'teal'],
  ['x', 'x'],
  ['An image on top of cyan', 'An image on top of cyan'],
  ["Immutablue with NVIDIA's driver", "Immutablue with NVIDIA's driver"],
  ['quay.io/a/b:44', 'quay.io/a/b:44'],
  ['quay.io:5000/a/b@sha256:00', 'quay.io:5000/a/b@sha256:00'],
  ['true', "'true'"],
  ['NULL', "'NULL'"],
  ['on', "'on'"],
  ['Immutablue: teal', "'Immutablue: teal'"],
  ["It's: teal", '"It\'s: teal"'],
  ['teal:', "'teal:'"],
  ['teal #1', "'teal #1'"],
  ['a, b', 'a, b'],
  ['[teal]', "'[teal]'"],
  ['*teal', "'*teal'"],
  ['- teal', "'- teal'"],
  ['44', "'44'"],
  ['1e3', "'1e3'"],
  ['~', "'~'"],
  ['"teal"', '\'"teal"\''],
  ['back\\slash', "'back\\slash'"],
  ['Größe', "'Größe'"],
])('%j is written %s, and read as it was', (text, scalar) => {
  expect(yamlScalar(text)).toBe(scalar);
  const read = parseVariant('packages/teal/variant.yaml', `name: teal\nfrom: base\ndescription: ${scalar}\n`);
  expect(read.diagnostics).toEqual([]);
  expect(read.value?.description).toBe(text);
});
