import { hasComposefs, withoutComposefs } from './composefs';

describe('composefs', () => {
  it.each([
    ["libostree:\n Version: '2025.2'\n Features:\n  - composefs\n  - selinux\n", true],
    ["libostree:\n Version: '2025.2'\n Features:\n  - selinux\n", false],
  ])('is looked for among the features of %j', (version, expected) => {
    expect(hasComposefs(version)).toBe(expected);
  });

  it('is turned off in its own section only', () => {
    const text = '[composefs]\nenabled = yes\n\n[root]\nenabled = yes\n';
    expect(withoutComposefs(text)).toBe('[composefs]\nenabled = no\n\n[root]\nenabled = yes\n');
  });
});
