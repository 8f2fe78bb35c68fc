import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import type { ImageContents } from './contents';
import { cyclonedxDocument } from './cyclonedx';
import { spdxDocument } from './spdx';
import { CONTENTS, manyPackages } from './testing/contents';
import { spdxSchema } from './testing/spdx-schema';

const MANY: ImageContents = { ...CONTENTS, packages: manyPackages(2000) };

const about = CONTENTS.subject;
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

const NOTHING: ImageContents = { ...CONTENTS, packages: [], downloads: [], overrides: [], depBuilders: [] };

it.each([
  ['of each kind', CONTENTS],
  ['of 2,000 packages', MANY],
  ['of nothing', NOTHING],
])('contents %s are valid SPDX 2.3', (_, contents) => {
  const { packages } = spdxSchema.parse(JSON.parse(spdxDocument(contents, about)));
  const { downloads, depBuilders } = contents;
  expect(packages).toHaveLength(1 + contents.packages.length + downloads.length + depBuilders.length);
});

// Of 2,000 packages it takes the validator most of a minute.
it.each([
  ['of each kind', CONTENTS],
  ['of nothing', NOTHING],
])('contents %s are valid CycloneDX 1.6', async (_, contents) => {
  expect(await validator.validate(cyclonedxDocument(contents, about))).toBeNull();
});

it.each([
  ['SPDX', spdxDocument],
  ['CycloneDX', cyclonedxDocument],
])('%s: the same contents are the same bytes, and another image is another document', (_, documentOf) => {
  expect(documentOf(structuredClone(CONTENTS), { ...about })).toBe(documentOf(CONTENTS, about));
  const other = { ...about, version: '43' };
  expect(documentOf(CONTENTS, other)).not.toBe(documentOf(CONTENTS, about));
});

it('makes both documents of 2,000 packages within two seconds of a processor', () => {
  const started = process.cpuUsage();
  const bytes = spdxDocument(MANY, about).length + cyclonedxDocument(MANY, about).length;
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1e6).toBeLessThan(2);
  expect(bytes).toBeGreaterThan(2_000_000);
});

it('says in SPDX what brought each package', () => {
  const { packages, files } = spdxSchema.parse(JSON.parse(spdxDocument(CONTENTS, about)));
  const said = [...packages, ...files].map((one) => [
    'name' in one ? one.name : one.fileName,
    one.annotations?.map(({ comment }) => withoutHeader(JSON.parse(comment) as Readonly<Record<string, string>>)),
  ]);
  expect(said).toMatchInlineSnapshot(`
   [
     [
       "immutablue-teal",
       undefined,
     ],
     [
       "akmod",
       [
         "{"origin":"dep-builder","variant":"teal","dep-builder":"teal base"}",
       ],
     ],
     [
       "bash",
       [
         "{"origin":"upstream","image":"quay.io/upstream:44"}",
       ],
     ],
     [
       "htop",
       [
         "{"origin":"asked","variant":"teal","line":"packages/teal/packages.yaml:4","lock":"packages/teal/packages.lock.yaml:5 fedora/44/x86_64/rpm htop-0:3.4.1-1.fc44.x86_64"}",
       ],
     ],
     [
       "hwloc",
       [
         "{"origin":"dependency","variant":"teal","line":"packages/teal/packages.yaml:4","dependency-of":"htop"}",
       ],
     ],
     [
       "libpath",
       [
         "{"origin":"locked","variant":"teal","lock":"packages/teal/packages.lock.yaml:5 fedora/44/x86_64/rpm htop-0:3.4.1-1.fc44.x86_64"}",
       ],
     ],
     [
       "scripted+_~^",
       [
         "{"origin":"unplanned","variant":"teal"}",
       ],
     ],
     [
       "yq",
       [
         "{"origin":"pinned-file","variant":"base","line":"packages/base/packages.yaml:9"}",
       ],
     ],
     [
       "dep-builder of teal",
       [
         "{"origin":"dep-builder","variant":"teal","line":"packages/teal/deps/Containerfile"}",
       ],
     ],
     [
       "./etc/motd",
       [
         "{"origin":"override","variant":"teal","line":"packages/teal/artifacts/overrides/etc/motd"}",
       ],
     ],
   ]
  `);
});

it('says in CycloneDX what brought each package', () => {
  const { components } = JSON.parse(cyclonedxDocument(CONTENTS, about)) as {
    components: { name: string; properties: { name: string; value: string }[] }[];
  };
  const said = components.map(({ name, properties }) => [
    name,
    withoutHeader(Object.fromEntries(properties.map((property) => [property.name, property.value]))),
  ]);
  expect(said).toMatchInlineSnapshot(`
   [
     [
       "dep-builder of teal",
       "{"line":"packages/teal/deps/Containerfile","origin":"dep-builder","variant":"teal"}",
     ],
     [
       "/etc/motd",
       "{"line":"packages/teal/artifacts/overrides/etc/motd","origin":"override","variant":"teal"}",
     ],
     [
       "/usr/bin/yq",
       "{"line":"packages/base/packages.yaml:9","origin":"pinned-file","variant":"base"}",
     ],
     [
       "akmod",
       "{"dep-builder":"teal base","origin":"dep-builder","source-rpm":"akmod-3.4.1-1.fc44.src.rpm","variant":"teal"}",
     ],
     [
       "bash",
       "{"image":"quay.io/upstream:44","origin":"upstream","source-rpm":"bash-3.4.1-1.fc44.src.rpm"}",
     ],
     [
       "htop",
       "{"line":"packages/teal/packages.yaml:4","lock":"packages/teal/packages.lock.yaml:5 fedora/44/x86_64/rpm htop-0:3.4.1-1.fc44.x86_64","origin":"asked","source-rpm":"htop-3.4.1-1.fc44.src.rpm","variant":"teal"}",
     ],
     [
       "hwloc",
       "{"dependency-of":"htop","line":"packages/teal/packages.yaml:4","origin":"dependency","source-rpm":"hwloc-3.4.1-1.fc44.src.rpm","variant":"teal"}",
     ],
     [
       "libpath",
       "{"lock":"packages/teal/packages.lock.yaml:5 fedora/44/x86_64/rpm htop-0:3.4.1-1.fc44.x86_64","origin":"locked","source-rpm":"libpath-3.4.1-1.fc44.src.rpm","variant":"teal"}",
     ],
     [
       "scripted+_~^",
       "{"origin":"unplanned","source-rpm":"../../s.src.rpm","variant":"teal"}",
     ],
   ]
  `);
});

function withoutHeader(properties: Readonly<Record<string, string>>): string {
  const others = Object.entries(properties).filter(([name]) => name !== 'immutablue:rpm-header-sha256');
  return JSON.stringify(Object.fromEntries(others)).replaceAll('immutablue:', '');
}

it('has packages, their licences and addresses in SPDX', () => {
  const { packages, hasExtractedLicensingInfos } = spdxSchema.parse(JSON.parse(spdxDocument(CONTENTS, about)));
  expect(
    packages.map(({ name, versionInfo, supplier, licenseDeclared, downloadLocation, externalRefs }) =>
      [name, versionInfo, supplier, licenseDeclared, downloadLocation, externalRefs?.[0]?.referenceLocator].join(' | '),
    ),
  ).toMatchInlineSnapshot(`
   [
     "immutablue-teal | 44 |  | NOASSERTION | NOASSERTION | pkg:oci/immutablue-teal@sha256:2222222222222222222222222222222222222222222222222222222222222222?arch=amd64&repository_url=quay.io%2Fimmutablue%2Fimmutablue-teal&tag=44",
     "akmod | 3.4.1-1.fc44 | NOASSERTION | LicenseRef-rpm-GPLv2-and-MIT-f09a483f | NOASSERTION | pkg:rpm/akmod@3.4.1-1.fc44?arch=x86_64",
     "bash | 2:3.4.1-1.fc44 | Organization: Fedora Project | MIT | NOASSERTION | pkg:rpm/fedora/bash@3.4.1-1.fc44?arch=x86_64&epoch=2",
     "htop | 3.4.1-1.fc44 | NOASSERTION | GPL-2.0-or-later AND (MIT OR LicenseRef-Fedora-Public-Domain) | NOASSERTION | pkg:rpm/htop@3.4.1-1.fc44?arch=x86_64",
     "hwloc | 3.4.1-1.fc44 | NOASSERTION | MIT | NOASSERTION | pkg:rpm/hwloc@3.4.1-1.fc44?arch=x86_64",
     "libpath | 3.4.1-1.fc44 | NOASSERTION | MIT | https://example.org/libpath.rpm | pkg:rpm/libpath@3.4.1-1.fc44?arch=x86_64",
     "scripted+_~^ | 3.4.1-1.fc44 | Organization: A "B" PackageName: C | LicenseRef-rpm-script-45c91f38 | NOASSERTION | pkg:rpm/a-b-packagename-c/scripted%2B_~%5E@3.4.1-1.fc44?arch=x86_64",
     "yq |  |  | NOASSERTION | https://example.org/yq.tar.gz | ",
     "dep-builder of teal |  |  | NOASSERTION | NOASSERTION | ",
   ]
  `);
  expect(hasExtractedLicensingInfos.map((one) => JSON.stringify(one))).toMatchInlineSnapshot(`
   [
     "{"licenseId":"LicenseRef-Fedora-Public-Domain","extractedText":"LicenseRef-Fedora-Public-Domain"}",
     "{"licenseId":"LicenseRef-rpm-GPLv2-and-MIT-f09a483f","extractedText":"GPLv2+ and MIT"}",
     "{"licenseId":"LicenseRef-rpm-script-45c91f38","extractedText":"\\"},\\n\\u0000 </script>"}",
   ]
  `);
});
