import { checkImageName } from './image-name';
import { render } from './testing/render';
import { parseVariant } from './variant-file/parse';

function errorsOf(registry: string, image: string): string {
  const text = `name: teal\ndescription: A desktop\nfrom: base\nimage: ${image}\n`;
  const { value } = parseVariant('packages/teal/variant.yaml', text);
  return render(checkImageName(`${registry}/${image}`, value?.image.location));
}

describe('checkImageName', () => {
  it('accepts names that registries take', () => {
    expect(errorsOf('quay.io/immutablue', 'immutablue-teal')).toBe('');
    expect(errorsOf('quay.io/a', 'b'.repeat(255 - 'quay.io/a/'.length))).toBe('');
  });

  it('refuses one that is too long with its registry', () => {
    expect(errorsOf('quay.io/a', 'b'.repeat(256 - 'quay.io/a/'.length))).toMatchInlineSnapshot(`
     "error[family/image-name]: the image \`quay.io/a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…\` has a name of 256 characters: registries take 255
       --> packages/teal/variant.yaml:4:8
       |
     4 | image: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       hint: shorten \`image:\`, or the registry with its namespace, by 1"
    `);
  });
});
