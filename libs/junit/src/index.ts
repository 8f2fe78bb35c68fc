export { visible } from './visible';
export { document, element, escapeXml } from './xml';
