import { CLEAR_DIAGNOSTIC, UNSAFE } from '@immutablue/diagnostics/testing';
import { HOSTILE_YAML, REFUSED_IN_VARIANT } from './testing/hostile';
import { render } from './testing/render';
import { parseVariant } from './variant-file/parse';
import { readYaml } from './yaml/read-yaml';

const LINES = { name: 'name: teal', description: 'description: A desktop', from: 'from: cyan' };

it.each(REFUSED_IN_VARIANT)('variant.yaml: of %s it refuses %s', (key, line) => {
  const text = Object.values({ ...LINES, [key]: line }).join('\n');
  const errors = render(parseVariant('packages/teal/variant.yaml', text).diagnostics);
  expect(errors).toMatch(CLEAR_DIAGNOSTIC);
  expect(errors).toContain(`packages/teal/variant.yaml:${Object.keys({ ...LINES, [key]: line }).indexOf(key) + 1}:`);
  expect(errors).not.toMatch(UNSAFE);
});

it.each(HOSTILE_YAML)('YAML: %s is said at once, briefly', (_, text) => {
  const started = performance.now();
  const errors = render(readYaml('a.yaml', text).diagnostics);
  expect(performance.now() - started).toBeLessThan(5000);
  expect(errors).toMatch(CLEAR_DIAGNOSTIC);
  expect(errors).not.toMatch(UNSAFE);
  expect(errors.length).toBeLessThan(1500);
});
