/** What is no reference of an image with its registry. */
export const REFUSED_REFERENCES: readonly string[] = [
  '',
  'fedora:44',
  'quay.io/',
  'quay.io/Upper/case',
  'quay.io/a:b:c',
  '-x/y',
  'quay.io/a b',
  'quay.io/../a',
  'quay.io/a/../../b',
  'quay.io/a:-x',
  'quay.io/a:',
  'quay.io/a:\u001b[2J',
  'quay.io/a\n:44',
  'quay.io/a;id:44',
  'quay.io/$(id):44',
  `quay.io/a:${'a'.repeat(129)}`,
  'quay.io/a@sha256:12',
  'quay.io/a@md5:d41d8cd98f00b204e9800998ecf8427e',
  'docker://quay.io/a:44',
  'oci-archive:/etc/shadow',
  'me:hunter2@quay.io/a:44',
  '--all/x',
];

/** What a registry or a program may give where a digest belongs. */
export const REFUSED_DIGESTS: readonly string[] = [
  '',
  'latest',
  'sha256:',
  `sha256:${'a'.repeat(63)}`,
  `sha256:${'A'.repeat(64)}`,
  `sha256:${'a'.repeat(64)}\n`,
  `sha256:${'a'.repeat(64)} --force`,
  `sha512:${'a'.repeat(64)}`,
  '../../etc/shadow',
  '\u001b]0;title\u0007',
  '\u202e\u009b2J',
  '<html>503 Service Unavailable</html>',
  'https://me:hunter2@quay.io/a',
  'a'.repeat(1000),
];

/** All of them, by what they are. */
export const HOSTILE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  'names of images': REFUSED_REFERENCES,
  'answers in the place of a digest': REFUSED_DIGESTS,
};
