export { HOSTILE_INPUTS } from './hostile';
export { layerOf } from './layer';
