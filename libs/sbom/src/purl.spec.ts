import { rpmPurl, imagePurl } from './purl';
import { CONTENTS } from './testing/contents';

const rpm = { name: 'htop', epoch: 0, version: '3.4.1', release: '1.fc44', arch: 'x86_64' };

it.each([
  [{ ...rpm, vendor: 'Fedora Project' }, 'pkg:rpm/fedora/htop@3.4.1-1.fc44?arch=x86_64'],
  [{ ...rpm, vendor: 'RPM Fusion', epoch: 2 }, 'pkg:rpm/rpm-fusion/htop@3.4.1-1.fc44?arch=x86_64&epoch=2'],
  [rpm, 'pkg:rpm/htop@3.4.1-1.fc44?arch=x86_64'],
  [{ ...rpm, vendor: '…' }, 'pkg:rpm/htop@3.4.1-1.fc44?arch=x86_64'],
  [
    { ...rpm, name: 'libstdc++', version: '1~rc1^2', vendor: 'a/../?b#c' },
    'pkg:rpm/a-..-b-c/libstdc%2B%2B@1~rc1%5E2-1.fc44?arch=x86_64',
  ],
])('%j is %s', (facts, purl) => {
  expect(rpmPurl(facts)).toBe(purl);
});

it('names an image by its digest', () => {
  expect(imagePurl(CONTENTS.subject)).toBe(
    `pkg:oci/immutablue-teal@sha256:${'2'.repeat(64)}?arch=amd64&repository_url=quay.io%2Fimmutablue%2Fimmutablue-teal&tag=44`,
  );
});
