export { CLEAR_DIAGNOSTIC, UNSAFE } from './clear';
export { HOSTILE_INPUTS, HOSTILE_TEXTS } from './hostile';
