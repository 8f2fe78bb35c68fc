import { PackageURL } from 'packageurl-js';
import type { ImageSubject, RpmFacts } from './contents';

/** The address of an RPM among packages: https://github.com/package-url/purl-spec/blob/main/types-doc/rpm-definition.md. Pure. */
export function rpmPurl({ name, epoch, version, release, arch, vendor }: RpmFacts): string {
  const qualifiers = { arch, ...(epoch === 0 ? {} : { epoch: String(epoch) }) };
  return new PackageURL('rpm', namespaceOf(vendor), name, `${version}-${release}`, qualifiers).toString();
}

/** The address of an image: https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md. Pure. */
export function imagePurl({ repository, version, digest, architecture }: ImageSubject): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const qualifiers = { arch: architecture, repository_url: repository, tag: version };
  return new PackageURL('oci', undefined, name, digest, qualifiers).toString();
}

/** Scanners know Fedora's packages by `fedora`. */
function namespaceOf(vendor: string | undefined): string | undefined {
  if (vendor === 'Fedora Project') return 'fedora';
  const words = vendor
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return words === '' ? undefined : words;
}
