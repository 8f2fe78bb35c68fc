/** First lines that have a script run by something else than bash, or by bash with options that count for nothing. */
export const REFUSED_INTERPRETERS: readonly string[] = [
  '#!/bin/sh',
  '#!/usr/bin/env python3',
  '#!/usr/bin/env -S bash -x',
  '#!bash',
  '#!',
  '#!/bin/bashful',
  '#!/opt/bin/bash',
  '#!/bin/bash\u001b[2J',
  '#!/bin/bash -c id',
  '#!/proc/self/exe',
  '#!../bash',
];

/** What a header `# files:` may not show of the folder. */
export const REFUSED_FILES: readonly string[] = [
  '/etc/motd',
  '../other/f',
  'files/',
  'files/*',
  './f',
  'files/../../other/f',
  'files//f',
  '..',
];

/** Headers of scripts and Containerfiles that are refused. */
export const REFUSED_HEADERS: readonly string[] = [
  '# reads: etc/dnf',
  '# reads: /a/../b',
  '# reads: /c/*',
  '# reads: /a\u001b[2J',
  '# reads: ~',
  '# files: ../../etc/shadow',
  '# files: a\u001b[2J',
  '# secrets: ../x',
  '# secrets: MOK',
  '# secrets: a=b',
  '# secrets: \u001b[2J',
  '# secrets: $(id)',
];

/** What a dep-builder may not leave: each a line of a layer. */
export const REFUSED_LEFTOVERS: readonly string[] = [
  '-/usr/bin/bash',
  '/proc/x=1',
  '/sys/x=1',
  '/dev/null=1',
  '/tmp/x=1',
  '/run/x=1',
  '/etc/passwd=x',
  '/etc/shadow=x',
  '/usr/lib/passwd=x',
  '/usr/lib/os-release=x',
  '/usr/immutablue/build_options=x',
  '/usr/local/bin/x=1',
  '/opt/x=1',
  '/root/x=1',
  '/var/lib/x -> y',
  '/boot/vmlinuz=x',
  '/usr/etc/x=1',
  '/etc/resolv.conf -> /etc/passwd',
];

/** What `--secret` may be given by mistake: mostly the value itself. */
export const REFUSED_SECRET_OPTIONS: readonly string[] = [
  'hunter2',
  '=hunter2',
  'Mok=hunter2',
  'mok-key=',
  '../mok=hunter2',
  'mok key=hunter2',
  '\u001b[2J=hunter2',
  '--mok=hunter2',
];

/** All of them, by what they are. */
export const HOSTILE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  'interpreters of scripts': REFUSED_INTERPRETERS,
  'files that a script would be shown': REFUSED_FILES,
  'headers of scripts and Containerfiles': REFUSED_HEADERS,
  'what a dep-builder leaves': REFUSED_LEFTOVERS,
  'options that may hold a secret': REFUSED_SECRET_OPTIONS,
};
