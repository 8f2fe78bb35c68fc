export { bringUp, findLab, type Lab } from './up';
