import parseExpression from 'spdx-expression-parse';
import * as z from 'zod';

/**
 * The part of SPDX 2.3 that documents of this room may use, as strict as the specification is, where the official JSON Schema takes any text:
 * https://spdx.github.io/spdx-spec/v2.3/
 */
const spdxId = z.string().regex(/^SPDXRef-[A-Za-z0-9.-]+$/);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const line = z.string().regex(/^[^\n]+$/);
const tool = z.string().regex(/^Tool: \S+$/);
const noAssertion = z.literal('NOASSERTION');
const address = z.url().or(noAssertion);
const licence = noAssertion.or(
  z.string().refine((text) => {
    parseExpression(text);
    return !/ (?:and|or|with) /.test(text);
  }),
);

const checksum = z.discriminatedUnion('algorithm', [
  z.strictObject({ algorithm: z.literal('SHA1'), checksumValue: z.string().regex(/^[0-9a-f]{40}$/) }),
  z.strictObject({ algorithm: z.literal('SHA256'), checksumValue: z.string().regex(/^[0-9a-f]{64}$/) }),
]);

const annotations = z.array(
  z.strictObject({ annotationDate: time, annotationType: z.enum(['OTHER', 'REVIEW']), annotator: tool, comment: line }),
);

const spdxPackage = z.strictObject({
  SPDXID: spdxId,
  name: line,
  versionInfo: line.optional(),
  packageFileName: line.optional(),
  primaryPackagePurpose: z.literal('CONTAINER').optional(),
  supplier: z
    .string()
    .regex(/^Organization: [^\n]+$/)
    .or(noAssertion)
    .optional(),
  downloadLocation: address,
  filesAnalyzed: z.literal(false),
  checksums: z.array(checksum).optional(),
  sourceInfo: z.string().optional(),
  licenseConcluded: noAssertion,
  licenseDeclared: licence,
  copyrightText: noAssertion,
  externalRefs: z
    .array(
      z.strictObject({
        referenceCategory: z.literal('PACKAGE-MANAGER'),
        referenceType: z.literal('purl'),
        referenceLocator: z.string().regex(/^pkg:[a-z]+\/\S+$/),
      }),
    )
    .optional(),
  annotations: annotations.optional(),
});

const file = z.strictObject({
  SPDXID: spdxId,
  fileName: z.string().regex(/^\.\/.+$/),
  // SHA-1 is the one that a file has to have.
  checksums: z.array(checksum).refine((all) => all.some(({ algorithm }) => algorithm === 'SHA1')),
  licenseConcluded: noAssertion,
  copyrightText: noAssertion,
  annotations,
});

export const spdxSchema = z
  .strictObject({
    spdxVersion: z.literal('SPDX-2.3'),
    dataLicense: z.literal('CC0-1.0'),
    SPDXID: z.literal('SPDXRef-DOCUMENT'),
    name: line,
    documentNamespace: z.url().refine((text) => !text.includes('#')),
    creationInfo: z.strictObject({ created: time, creators: z.array(tool).nonempty() }),
    packages: z.array(spdxPackage),
    files: z.array(file),
    relationships: z.array(
      z.strictObject({
        spdxElementId: spdxId,
        relationshipType: z.enum(['DESCRIBES', 'CONTAINS']),
        relatedSpdxElement: spdxId,
      }),
    ),
    hasExtractedLicensingInfos: z.array(
      z.strictObject({ licenseId: z.string().regex(/^LicenseRef-[A-Za-z0-9.-]+$/), extractedText: z.string().min(1) }),
    ),
  })
  .check(({ value, issues }) => {
    const elements = [...value.packages, ...value.files].map(({ SPDXID }) => SPDXID);
    const refuse = (message: string, input: unknown) => issues.push({ code: 'custom', message, input });
    if (new Set(elements).size < elements.length) refuse('an ID is there twice', elements);
    const known = new Set(['SPDXRef-DOCUMENT', ...elements]);
    for (const { spdxElementId, relatedSpdxElement } of value.relationships) {
      for (const id of [spdxElementId, relatedSpdxElement]) if (!known.has(id)) refuse('there is no such element', id);
    }
    const named = value.packages.flatMap(({ licenseDeclared }) => licenseDeclared.match(/LicenseRef-[\w.-]+/g) ?? []);
    const explained = value.hasExtractedLicensingInfos.map(({ licenseId }) => licenseId);
    if (named.some((name) => !explained.includes(name))) refuse('a licence has no text', named);
  });
