export {
  compareImages,
  compareWithPublished,
  type Comparison,
  type ImageSource,
  type PublishedComparison,
} from './compare-images';
export { type ImageDifference } from './difference';
export { releaseNote } from './render/release-note';
export { renderDifference } from './render/text';
