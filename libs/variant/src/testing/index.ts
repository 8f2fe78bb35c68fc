export { HOSTILE_INPUTS } from './hostile';
