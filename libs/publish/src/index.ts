export { type Document } from './documents/document';
export { type PublishEvent } from './event';
export { type BuiltImage } from './image/built-image';
export { imageName, type Destination, type PublishedImage } from './model';
export { planPublication, publish, type Publication, type PublishRequest } from './publish';
export { eventText, publicationText } from './report/words';
