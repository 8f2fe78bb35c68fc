/** What Nx hashes by, as named in executors.json. */
export { hashBuild, hashDependencies } from './hasher';
export { default as hashCheck } from './check-hasher';
export { default as hashLook } from './image-hasher';
