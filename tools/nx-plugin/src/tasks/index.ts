/** What Nx hashes by, as named in executors.json. */
export { default as hashBuild } from './hasher';
export { default as hashLook } from './image-hasher';
