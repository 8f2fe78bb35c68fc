/** What Nx runs, as named in executors.json. */
export { default as down } from './down/executor';
export { default as status } from './status/executor';
export { default as up } from './up/executor';
