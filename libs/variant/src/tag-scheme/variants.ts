import type { TagScheme } from './scheme';

/** Each image has a repository of its own: `immutablue:44`, `immutablue-cyan:44`. */
export const variants: TagScheme = (imageName) => ({ repository: imageName });
