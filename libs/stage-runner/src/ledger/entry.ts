import type { ImageDetails } from '@immutablue/oci';
import * as z from 'zod';

const imageId = z.string().regex(/^[0-9a-f]{64}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** An image that others are built on: its layers, the lowest first, and when it was made, in seconds since 1970. */
const parent = z.strictObject({ imageId, layers: z.array(digest), created: z.number() });

const input = z.strictObject({
  stage: z.string(),
  noun: z.string(),
  name: z.string(),
  value: z.string(),
  origin: z
    .strictObject({
      variant: z.string().exactOptional(),
      file: z.string(),
      line: z.number().exactOptional(),
      column: z.number().exactOptional(),
    })
    .exactOptional(),
  writes: z.string().exactOptional(),
});

/** What was built under a key. */
export const resultSchema = z.strictObject({
  of: z.enum(['prefix', 'checkpoint', 'rest', 'dep-builder']),
  variant: z.string(),
  imageId,
  /** The image that it was built on. */
  parent,
  /** What it has above its parent: layers that another parent can be given. */
  ownLayers: z.array(digest),
});

/** What happened before, by what an entry is about. The name of its file is what it is known by. */
export const ENTRIES = {
  /** What was built under a key. Used last when its file was changed last. */
  results: resultSchema,
  /** An image that builds of this workspace have made, by its ID: only such images are ever removed. */
  images: z.strictObject({
    variant: z.string(),
    /** How many of its layers, from the lowest, are its parent's. */
    parentLayers: z.number().int().nonnegative(),
  }),
  /** The builds of an image, by its name. */
  builds: z.strictObject({
    reference: z.string(),
    /** The sub-stage in which the last build has failed. */
    failedStage: z.string().exactOptional(),
    /** The last build that has succeeded: what it was made from, so that the next one can say what is different. */
    last: z
      .strictObject({
        imageId,
        parent,
        inputs: z.array(input),
        depBuilders: z.record(z.string(), imageId),
        repositories: z.string(),
        code: z.string(),
        /** How long each sub-stage took when it last ran, in milliseconds. */
        durations: z.record(z.string(), z.number()),
      })
      .exactOptional(),
  }),
  /** What a task of Nx has left, by what decides it: what Nx keeps of it is true for as long as the images are there. */
  tasks: z.strictObject({
    /** The hash that the task had when it ran. */
    hash: z.string().regex(/^[0-9a-f]+$/),
    images: z.array(imageId),
    /** The name that the task has given to the first of them. */
    reference: z.string().exactOptional(),
  }),
  /**
   * An image that this machine knows and has not fetched, by its ID: where it is, until something reads it. `lost`: a registry did not
   * give what it was said to have; the next task that finds it there fetches it at once, or builds it.
   */
  deferred: z.discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('cache'),
      /** The key under which a registry has its layers. */
      key: z.string().regex(/^[0-9a-f]{64}$/),
      variant: z.string(),
      /** The name that a build has given it. */
      reference: z.string().exactOptional(),
      /** The image that it stands on. */
      parent: imageId,
      /** How many of its layers, from the lowest, are its parent's. */
      parentLayers: z.number().int().nonnegative(),
      image: z.strictObject({ manifest: z.string(), config: z.string() }),
    }),
    z.strictObject({
      from: z.literal('upstream'),
      name: z.string(),
      /** The same by the digest of its manifest. */
      reference: z.string(),
      digest,
      config: z.string(),
    }),
    z.strictObject({ from: z.literal('lost'), variant: z.string() }),
  ]),
  /** What a layer is when it is compressed for a registry, by its diffID and the compression: then it can be asked for first. */
  layers: z.strictObject({ digest, size: z.number().int().nonnegative() }),
} as const;

export type EntryKind = keyof typeof ENTRIES;
export type Entry<Kind extends EntryKind> = z.output<(typeof ENTRIES)[Kind]>;

/** What is kept of the image that something was built on. */
export function parentEntry({
  id,
  layers,
  created,
}: Pick<ImageDetails, 'id' | 'layers' | 'created'>): z.output<typeof parent> {
  return { imageId: id, layers: [...layers], created };
}

/** What was built under a key. */
export type Result = Entry<'results'>;
/** The last build of an image that has succeeded. */
export type LastBuild = NonNullable<Entry<'builds'>['last']>;
