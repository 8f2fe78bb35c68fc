export { HOSTILE_INPUTS } from './hostile';
export { planInput, scriptOf, SETTINGS, type InputTexts } from './plan-input';
