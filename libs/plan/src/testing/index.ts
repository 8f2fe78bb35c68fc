export { planInput, SETTINGS, type InputTexts } from './plan-input';
