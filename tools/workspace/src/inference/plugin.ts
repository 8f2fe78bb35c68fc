import { dirname } from 'node:path/posix';
import type { CreateNodesResultV2, CreateNodesV2 } from '@nx/devkit';
import { readRooms, readVariantTests, type Room } from '../rooms';
import { roomTargets, variantTestsTargets } from './code-targets';

/** Marks the projects whose code is TypeScript of this workspace. */
export const CODE_TAG = 'type:code';

/** Infers how the code of rooms and the tests of variants are linted, type-checked and tested. */
export const createNodesV2: CreateNodesV2 = [
  '{**/package.json,**/tsconfig.json,**/*.spec.ts,packages/*/variant.yaml}',
  (files, _, { workspaceRoot }) => {
    const rooms = readRooms(workspaceRoot);
    const variants = files.filter((file) => file.endsWith('/variant.yaml')).map((file) => dirname(file));
    const names = variants.map((directory) => directory.slice('packages/'.length));
    const shared = sharedByTests(rooms).map(({ name }) => name);
    const nodes = [
      ...rooms.map((room): CreateNodesResultV2[number] => [
        `${room.directory}/package.json`,
        {
          projects: {
            [room.directory]: {
              tags: [CODE_TAG],
              targets: roomTargets({ ...room, ...kindsOf(room.directory, files) }, names),
            },
          },
        },
      ]),
      ...readVariantTests(workspaceRoot).map(({ variant, directory }): CreateNodesResultV2[number] => [
        `${directory}/tsconfig.json`,
        {
          projects: {
            [dirname(directory)]: {
              implicitDependencies: ['testing'],
              targets: variantTestsTargets(
                { name: variant, directory, reads: [], ...kindsOf(directory, files) },
                shared,
              ),
            },
          },
        },
      ]),
    ];
    return nodes;
  },
];

/** The name under which Nx 22 looks for it too. */
export const createNodes = createNodesV2;

/** What the tests of variants may import. */
function sharedByTests(rooms: readonly Room[]): readonly Room[] {
  return rooms.filter(({ name }) => name === 'testing').flatMap((room) => [room, ...room.dependencies]);
}

function kindsOf(directory: string, files: readonly string[]): { hasTypes: boolean; hasSpecs: boolean } {
  return {
    hasTypes: files.includes(`${directory}/tsconfig.json`),
    hasSpecs: files.some((file) => file.startsWith(`${directory}/`) && file.endsWith('.spec.ts')),
  };
}
