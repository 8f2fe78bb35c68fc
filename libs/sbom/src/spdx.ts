import { createHash } from 'node:crypto';
import { nevra } from '@immutablue/variant';
import type { ImageContents, ImageSubject, InstalledPackage, OverrideFile, PinnedDownload } from './contents';
import { licenceExpression } from './licence';
import {
  depBuilderProperties,
  downloadProperties,
  overrideProperties,
  packageProperties,
  type Properties,
} from './properties';
import { imagePurl, rpmPurl } from './purl';

/** The media type of {@link spdxDocument}: https://www.iana.org/assignments/media-types/application/spdx+json */
export const SPDX_MEDIA_TYPE = 'application/spdx+json';

const IMAGE = 'SPDXRef-image';
const NOT_SAID = 'NOASSERTION';

/**
 * The contents of an image as SPDX 2.3, in JSON: https://spdx.github.io/spdx-spec/v2.3/. The same contents and subject give the same
 * bytes: its time is that of the image, its namespace has the image's digest. What brought a package is an annotation of it, whose comment is a JSON
 * object. Pure.
 */
export function spdxDocument(contents: ImageContents, about: ImageSubject): string {
  const name = about.repository.slice(about.repository.lastIndexOf('/') + 1);
  const created = new Date(about.created * 1000).toISOString().replace('.000Z', 'Z');
  const annotated = (properties: Properties) => annotations(properties, created);
  const packages = [
    ...contents.packages.map((rpm) => ({ ...rpmPackage(rpm), ...annotated(packageProperties(rpm)) })),
    ...contents.downloads.map((file) => ({ ...downloadPackage(file), ...annotated(downloadProperties(file)) })),
    ...contents.depBuilders.map((builder) => ({
      ...packageOf(idOf('dep-builder', builder.variant, builder.containerfile), `dep-builder of ${builder.variant}`),
      ...annotated(depBuilderProperties(builder)),
    })),
  ];
  const files = contents.overrides.map((file) => ({ ...overrideFile(file), ...annotated(overrideProperties(file)) }));
  const texts = new Set(contents.packages.map(({ licence }) => licence));
  const licences = new Map([...texts].flatMap((text) => [...(licenceExpression(text)?.references ?? [])]));
  const relationship = (from: string, relationshipType: string, to: string) => ({
    spdxElementId: from,
    relationshipType,
    relatedSpdxElement: to,
  });
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${about.repository}:${about.version}`,
    documentNamespace: `https://spdx.org/spdxdocs/${name}-${about.version}-${about.digest.replace(':', '-')}`,
    creationInfo: { created, creators: ['Tool: immutablue'] },
    packages: [imagePackage(name, about), ...packages],
    files,
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', IMAGE),
      ...[...packages, ...files].map(({ SPDXID }) => relationship(IMAGE, 'CONTAINS', SPDXID)),
    ],
    hasExtractedLicensingInfos: [...licences]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([licenseId, extractedText]) => ({ licenseId, extractedText })),
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

function imagePackage(name: string, about: ImageSubject) {
  return {
    ...packageOf(IMAGE, name),
    versionInfo: about.version,
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: about.digest.slice('sha256:'.length) }],
    externalRefs: [purlReference(imagePurl(about))],
  };
}

function rpmPackage(rpm: InstalledPackage) {
  const { name, epoch, version, release, vendor, licence, sourceRpm, origin } = rpm;
  const lock = 'lock' in origin ? origin.lock : undefined;
  return {
    ...packageOf(idOf('rpm', nevra(rpm), rpm.headerSha256 ?? ''), name),
    versionInfo: `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`,
    supplier: vendor === undefined ? NOT_SAID : `Organization: ${vendor.replaceAll(/\s+/g, ' ')}`,
    licenseDeclared: licenceExpression(licence)?.expression ?? NOT_SAID,
    ...(lock?.url === undefined ? {} : { downloadLocation: lock.url }),
    // Of the whole file, which only a lock knows: the package database has the checksum of its header.
    ...(lock === undefined
      ? {}
      : { checksums: [{ algorithm: 'SHA256', checksumValue: lock.checksum.slice('sha256:'.length) }] }),
    ...(sourceRpm === undefined ? {} : { sourceInfo: `built from ${sourceRpm}` }),
    externalRefs: [purlReference(rpmPurl(rpm))],
  };
}

function downloadPackage({ name, url, sha256, path }: PinnedDownload) {
  return {
    ...packageOf(idOf('download', name, path), name),
    packageFileName: path,
    downloadLocation: url,
    checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }],
  };
}

/** What every package has to have. */
function packageOf(SPDXID: string, name: string) {
  return {
    SPDXID,
    name,
    downloadLocation: NOT_SAID,
    filesAnalyzed: false,
    licenseConcluded: NOT_SAID,
    licenseDeclared: NOT_SAID,
    copyrightText: NOT_SAID,
  };
}

function overrideFile({ path, content }: OverrideFile) {
  return {
    SPDXID: idOf('file', path, ''),
    fileName: `.${path}`,
    checksums: [
      { algorithm: 'SHA1', checksumValue: content.sha1 },
      { algorithm: 'SHA256', checksumValue: content.sha256 },
    ],
    licenseConcluded: NOT_SAID,
    copyrightText: NOT_SAID,
  };
}

function purlReference(referenceLocator: string) {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator };
}

function annotations(properties: Properties, annotationDate: string) {
  const comment = JSON.stringify(Object.fromEntries(properties));
  return {
    annotations: [{ annotationDate, annotationType: 'OTHER', annotator: 'Tool: immutablue', comment }],
  };
}

/** Letters, digits, `.` and `-` are all that an ID may have: the digest tells apart what is the same without the rest. */
function idOf(kind: string, shown: string, hidden: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, shown, hidden]))
    .digest('hex')
    .slice(0, 12);
  return `SPDXRef-${kind}-${shown.replaceAll(/[^A-Za-z0-9.]+/g, '-')}-${digest}`;
}
