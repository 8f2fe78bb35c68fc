import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';

const SPECIFICATION = `
Name: e2e-unsigned
Version: 1
Release: 1
Summary: A package without a signature
License: MIT
BuildArch: noarch
%description
%{summary}.
%install
mkdir -p %{buildroot}/usr/share/e2e
touch %{buildroot}/usr/share/e2e/unsigned
%files
/usr/share/e2e/unsigned
`;

/** Makes an RPM repository in `directory` with one package, \`e2e-unsigned\`, which is not signed. */
export async function makeUnsignedRepository(directory: string): Promise<void> {
  const specification = join(directory, 'e2e-unsigned.spec');
  await mkdir(directory, { recursive: true });
  await writeFile(specification, SPECIFICATION);
  await runCommand([
    'rpmbuild',
    '-bb',
    '--quiet',
    ...['--define', `_topdir ${directory}/build`],
    ...['--define', `_rpmdir ${directory}`],
    specification,
  ]);
  await runCommand(['createrepo_c', '--quiet', directory]);
}
