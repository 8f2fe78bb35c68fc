/** What Nx hashes by, as named in executors.json. */
export { hashBuild, hashDepBuilders, hashTrial } from './image-hashers';
export { hashCheck } from './check-hasher';
export { hashInspection } from './inspection-hasher';
