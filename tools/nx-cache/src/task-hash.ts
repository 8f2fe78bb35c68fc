declare const brand: unique symbol;

/** A hash by which Nx keeps the result of a task; it may be part of a tag. */
export type TaskHash = string & { readonly [brand]: 'task-hash' };

/** A tag has at most 128 characters: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
const HASH = /^[0-9A-Za-z_-]{1,100}$/;

/**
 * What the hashers of tasks that leave images give: 64 digits of inputs and 16 of chance (`freshHash` of @immutablue/nx). Such a hash
 * means nothing on another machine.
 */
const OF_IMAGES = /^[0-9a-f]{80}$/;

/**
 * The hash of a task whose result may be kept in a registry.
 *
 * @returns undefined for what is no hash, and for tasks that leave images: that their result is there has to mean that the machine has
 * the image, or knows where it is.
 */
export function toTaskHash(text: string): TaskHash | undefined {
  return HASH.test(text) && !OF_IMAGES.test(text) ? (text as TaskHash) : undefined;
}
