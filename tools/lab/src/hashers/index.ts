/** What Nx hashes by, as named in executors.json. */
export { default as hashUp } from './up';
