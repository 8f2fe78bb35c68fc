export { planInput, scriptOf, SETTINGS, type InputTexts } from './plan-input';
