import { osRelease, type ImageIdentity } from './os-release';

const CYAN: ImageIdentity = {
  name: 'Immutablue',
  id: 'immutablue',
  variant: 'cyan',
  imageName: 'immutablue-cyan',
  release: '44',
};

const FEDORA = `NAME="Fedora Linux"
VERSION="44.20260821.0 (Silverblue)"
RELEASE_TYPE=stable
ID=fedora
VERSION_ID=44
PLATFORM_ID="platform:f44"
PRETTY_NAME="Fedora Linux 44.20260821.0 (Silverblue)"
VARIANT="Silverblue"
VARIANT_ID=silverblue
OSTREE_VERSION='44.20260821.0'
HOME_URL="https://silverblue.fedoraproject.org"
`;

describe('osRelease', () => {
  const made = osRelease(FEDORA, CYAN, 1_771_632_000);

  it('says which image it is and keeps the rest', () => {
    expect(made).toMatchInlineSnapshot(`
"NAME=Immutablue
VERSION="44 (cyan)"
RELEASE_TYPE=stable
ID=immutablue
VERSION_ID=44
PLATFORM_ID="platform:f44"
PRETTY_NAME="Immutablue 44 (cyan)"
VARIANT=cyan
VARIANT_ID=cyan
OSTREE_VERSION=44.20260221
HOME_URL="https://silverblue.fedoraproject.org"
ID_LIKE=fedora
IMAGE_ID=immutablue-cyan
IMAGE_VERSION=44.20260221
BUILD_ID=20260221
"
`);
  });

  it('gives the same for an image on another one as for one on upstream', () => {
    const base = osRelease(FEDORA, { ...CYAN, variant: 'base', imageName: 'immutablue' }, 1_771_632_000);
    expect(osRelease(base, CYAN, 1_771_632_000)).toBe(made);
  });

  it('keeps the whole line of relatives', () => {
    expect(osRelease('ID=teal\nID_LIKE="rhel fedora"\n', CYAN, 0)).toContain('ID_LIKE="teal rhel fedora"\n');
  });

  it('quotes what a shell would take apart', () => {
    expect(osRelease('LOGO="a \\"b\\" \\$c"\n', CYAN, 0)).toContain('LOGO="a \\"b\\" \\$c"\n');
  });
});
