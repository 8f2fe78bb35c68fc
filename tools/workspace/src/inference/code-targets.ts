import type { TargetConfiguration } from '@nx/devkit';

/** What is known of a folder with TypeScript, or with JavaScript alone. */
export interface CodeFolder {
  /** The name of its project. */
  readonly name: string;
  /** Relative to the workspace. */
  readonly directory: string;
  readonly hasTypes: boolean;
  readonly hasSpecs: boolean;
  /** What specs read besides what they import: `family` for all variants, or the path of a file. */
  readonly reads: readonly string[];
}

type Inputs = NonNullable<TargetConfiguration['inputs']>;
type Targets = Record<string, TargetConfiguration>;

/** What is installed, and how TypeScript finds the rooms. The lock file is named: nx.json keeps it out of Nx's graph. */
const INSTALLED = ['{workspaceRoot}/package-lock.json', '{workspaceRoot}/tsconfig.base.json'];

/** What the configs of ESLint and Jest read. */
const ROOMS = ['{workspaceRoot}/tools/workspace/load.cjs', '{workspaceRoot}/tools/workspace/src/rooms.ts'];

/** Specs start programs of the host: what Debian has installed, and whether they run as root. */
const HOST = [
  'node --print "',
  "[process.version, process.getuid(), fs.statSync('/var/lib/dpkg/status', { throwIfNoEntry: false })?.mtimeMs].join()",
  '"',
].join('');

/** The targets of a room. */
export function roomTargets(room: CodeFolder, variants: readonly string[]): Targets {
  const imported: Inputs = ['default', '^default', ...INSTALLED];
  return {
    lint: lint(room, imported),
    ...(room.hasTypes ? { typecheck: typecheck(room, imported, '{projectRoot}/dist') } : {}),
    ...(room.hasSpecs ? { test: specs(room, [...imported, ...readInputs(room, variants)]) } : {}),
  };
}

/** The targets of the tests of a variant, which `shared` rooms may be imported by. Its `test` looks into the image. */
export function variantTestsTargets(tests: CodeFolder, shared: readonly string[]): Targets {
  const imported: Inputs = [
    '{projectRoot}/tests/**/*',
    '!{projectRoot}/tests/dist/**/*',
    { input: 'default', projects: [...shared] },
    ...INSTALLED,
  ];
  return {
    lint: lint(tests, imported),
    ...(tests.hasTypes ? { typecheck: typecheck(tests, imported, '{projectRoot}/tests/dist') } : {}),
    ...(tests.hasSpecs ? { specs: specs(tests, ['default', ...imported]) } : {}),
  };
}

function lint({ name, directory, hasTypes }: CodeFolder, imported: Inputs): TargetConfiguration {
  return {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [
      ...imported,
      ...ROOMS,
      '{workspaceRoot}/eslint.config.mjs',
      '{workspaceRoot}/.dependency-cruiser.mjs',
      '{workspaceRoot}/tsconfig.json',
    ],
    options: {
      commands: [
        `eslint --max-warnings 0 ${directory}`,
        ...(hasTypes ? [`depcruise --config .dependency-cruiser.mjs ${directory}`] : []),
      ],
      parallel: false,
    },
    metadata: { description: `Lint ${name}, and look for imports in a circle`, technologies: ['eslint'] },
  };
}

function typecheck({ name, directory }: CodeFolder, imported: Inputs, dist: string): TargetConfiguration {
  return {
    executor: 'nx:run-commands',
    cache: true,
    // It would write the types of what this imports, as others do at the same time.
    dependsOn: ['^typecheck'],
    inputs: imported,
    outputs: [`${dist}/**/*.{js,ts,map,tsbuildinfo}`],
    options: { command: `tsc --build ${directory}` },
    metadata: { description: `Check the types of ${name}`, technologies: ['typescript'] },
  };
}

function specs({ name, directory }: CodeFolder, inputs: Inputs): TargetConfiguration {
  return {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [...inputs, ...ROOMS, '{workspaceRoot}/jest.config.mjs', { runtime: HOST }],
    outputs: ['{projectRoot}/dist/specs.json'],
    options: {
      commands: [
        { command: 'mkdir --parents {projectRoot}/dist', forwardAllArgs: false },
        {
          command: [
            // Nx asks its tasks for colors, and so would the programs that specs start.
            `env --unset=FORCE_COLOR jest --selectProjects ${name} --ci --runInBand --testTimeout 30000`,
            '--json --outputFile {projectRoot}/dist/specs.json',
          ].join(' '),
        },
      ],
      parallel: false,
    },
    metadata: { description: `Run the specs of ${directory}`, technologies: ['jest'] },
  };
}

/** Variants are named as inputs alone: an edge to them would have each affect all code, and that all variants. */
function readInputs({ reads }: CodeFolder, variants: readonly string[]): Inputs {
  return reads.map((what) =>
    what === 'family' ? { input: 'default', projects: [...variants] } : `{workspaceRoot}/${what}`,
  );
}
