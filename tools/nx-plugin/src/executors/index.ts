/** What Nx runs, as named in executors.json. */
export { default as boot } from './boot/executor';
export { default as build } from './build/executor';
export { default as changes } from './changes/executor';
export { default as check } from './check/executor';
export { default as containerfile } from './containerfile/executor';
export { default as deps } from './deps/executor';
export { default as explain } from './explain/executor';
export { default as gc } from './gc/executor';
export { default as lock } from './lock/executor';
export { default as overrides } from './overrides/executor';
export { default as plan } from './plan/executor';
export { default as push } from './push/executor';
export { default as shell } from './shell/executor';
export { default as test } from './test/executor';
export { runWorker } from './worker';
