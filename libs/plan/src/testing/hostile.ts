/** What no file in `build/` may be called, and parts of what is said. */
export const REFUSED_SCRIPT_NAMES: readonly (readonly [string, string, string])[] = [
  ['30-instal-packages.sh', 'has the number of the sub-stage 30-install-packages', 'call it `30-install-packages.sh`'],
  ['mesa.sh', 'not the name of a sub-stage script', 'NN-name.sh'],
  ['35-mesa', 'not the name of a sub-stage script', 'NN-name.sh'],
  ['35-Mesa.sh', 'not the name of a sub-stage script', 'NN-name.sh'],
  ['95-late.sh', 'would run after 90-post', 'below 90'],
  ['README.md', 'not the name of a sub-stage script', 'NN-name.sh'],
  ...[
    '35-a b.sh',
    '35-$(id).sh',
    '35-a;b.sh',
    '-e.sh',
    '35-\u001b[2J.sh',
    '35-a\n.sh',
    '35-\u202ea.sh',
    '35-.sh',
    '..sh',
  ].map((name) => [name, 'not the name of a sub-stage script', 'NN-name.sh'] as const),
];

/** All of them, by what they are. */
export const HOSTILE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  'names of scripts': REFUSED_SCRIPT_NAMES,
};
