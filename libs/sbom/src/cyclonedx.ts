import { createHash } from 'node:crypto';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { nevra } from '@immutablue/variant';
import type { ImageContents, ImageSubject, InstalledPackage } from './contents';
import { licenceExpression } from './licence';
import {
  depBuilderProperties,
  downloadProperties,
  overrideProperties,
  packageProperties,
  type Properties,
} from './properties';
import { imagePurl, rpmPurl } from './purl';

/** The media type of {@link cyclonedxDocument}: https://www.iana.org/assignments/media-types/application/vnd.cyclonedx+json */
export const CYCLONEDX_MEDIA_TYPE = 'application/vnd.cyclonedx+json';

/**
 * The contents of an image as CycloneDX 1.6, in JSON: https://cyclonedx.org/docs/1.6/json/. The same contents and subject give the same bytes: its
 * time is that of the image, its serial number comes from the image's digest. What brought a component is in its properties. Pure.
 */
export function cyclonedxDocument(contents: ImageContents, about: ImageSubject): string {
  const { ComponentType } = Enums;
  const image = new Models.Component(ComponentType.Container, about.repository, {
    bomRef: 'image',
    version: about.version,
    purl: imagePurl(about),
    hashes: hash(about.digest.slice('sha256:'.length)),
  });
  const bom = new Models.Bom({
    serialNumber: serialNumber(about),
    metadata: new Models.Metadata({ timestamp: new Date(about.created * 1000), component: image }),
    components: new Models.ComponentRepository([
      ...contents.packages.map(rpmComponent),
      ...contents.downloads.map(
        (download) =>
          new Models.Component(ComponentType.File, download.path, {
            bomRef: `file:${download.path}`,
            description: download.name,
            hashes: hash(download.content.sha256),
            externalReferences: new Models.ExternalReferenceRepository([
              new Models.ExternalReference(download.url, Enums.ExternalReferenceType.Distribution, {
                hashes: hash(download.sha256),
              }),
            ]),
            properties: propertiesOf(downloadProperties(download)),
          }),
      ),
      ...contents.overrides.map(
        (file) =>
          new Models.Component(ComponentType.File, file.path, {
            bomRef: `file:${file.path}`,
            hashes: hash(file.content.sha256),
            properties: propertiesOf(overrideProperties(file)),
          }),
      ),
      ...contents.depBuilders.map(
        (builder) =>
          new Models.Component(ComponentType.Application, `dep-builder of ${builder.variant}`, {
            bomRef: `dep-builder:${builder.containerfile}`,
            properties: propertiesOf(depBuilderProperties(builder)),
          }),
      ),
    ]),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 1 })}\n`;
}

function rpmComponent(rpm: InstalledPackage): Models.Component {
  const { name, version, release, vendor, licence, sourceRpm, origin } = rpm;
  const lock = 'lock' in origin ? origin.lock : undefined;
  const expression = licenceExpression(licence);
  const source = sourceRpm === undefined ? [] : ([['immutablue:source-rpm', sourceRpm]] as const);
  return new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: `rpm:${nevra(rpm)}:${rpm.headerSha256 ?? ''}`,
    version: `${version}-${release}`,
    purl: rpmPurl(rpm),
    ...(vendor === undefined ? {} : { supplier: new Models.OrganizationalEntity({ name: vendor }) }),
    ...(lock === undefined ? {} : { hashes: hash(lock.checksum.slice('sha256:'.length)) }),
    ...(expression === undefined
      ? {}
      : { licenses: new Models.LicenseRepository([licenceOf(expression.expression, licence ?? '')]) }),
    properties: propertiesOf([...packageProperties(rpm), ...source]),
  });
}

/** What is no expression keeps its own words. */
function licenceOf(expression: string, text: string): Models.License {
  return expression.startsWith('LicenseRef-rpm-')
    ? new Models.NamedLicense(text)
    : new Models.LicenseExpression(expression);
}

function propertiesOf(properties: Properties): Models.PropertyRepository {
  return new Models.PropertyRepository(properties.map(([name, value]) => new Models.Property(name, value)));
}

function hash(sha256: string): Models.HashDictionary {
  return new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], sha256]]);
}

/** A UUID that the image alone decides: https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function serialNumber({ repository, version, digest }: ImageSubject): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([repository, version, digest]))
    .digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return `urn:uuid:${[...groups, hex.slice(20, 32)].join('-')}`;
}
