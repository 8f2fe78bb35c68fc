import type { BuildPlan, DepBuilder } from '../model';
import { folderDigest } from '../folder';
import { repositoryDigest } from '../repositories';
import { sha256 } from '../sha256';
import { asksRepositories, partsOf, type Part, type Parts } from './part';
import { prefixesOf, type StagePrefix } from './prefix';

declare const brand: unique symbol;

/** 64 hexadecimal digits that stand for what a part of a build does: equal keys mean the same work. */
export type BuildKey = string & { readonly [brand]: 'build-key' };

/** A prefix of a part, and the key under which it is kept. */
export interface KeyedPrefix extends StagePrefix {
  readonly key: BuildKey;
}

/** The parts of a build with their keys. */
export interface Keys {
  readonly parts: Parts;
  /** Of the sub-stages up to the checkpoint, where there is one. */
  readonly checkpoint?: BuildKey;
  readonly rest: BuildKey;
  /** Of each part, the longest first. */
  readonly prefixes: readonly KeyedPrefix[];
}

/** The images that dep-builders have made, by variant: a plan knows only that something is copied. */
export type DepBuilderImages = ReadonlyMap<string, string>;

/**
 * The keys of a plan's parts: what they do. What they do it on, the root filesystem below, is compared apart: only the places
 * that a part reads count, so that a parent that changed elsewhere changes nothing here. Pure.
 */
export function keysOf(plan: BuildPlan, images: DepBuilderImages): Keys {
  const parts = partsOf(plan);
  const keyed = (part: Part, before?: BuildKey) => ({
    whole: partKey({ plan, images, part, extent: 'whole', before }),
    prefixes: prefixesOf(part).map((prefix) => ({
      ...prefix,
      key: partKey({ plan, images, part: prefix.part, extent: 'prefix', before }),
    })),
  });
  if (parts.checkpoint === undefined) {
    const { whole, prefixes } = keyed(parts.rest);
    return { parts, rest: whole, prefixes };
  }
  const checkpoint = keyed(parts.checkpoint);
  const rest = keyed(parts.rest, checkpoint.whole);
  return {
    parts,
    checkpoint: checkpoint.whole,
    rest: rest.whole,
    prefixes: [...rest.prefixes, ...checkpoint.prefixes],
  };
}

interface PartKeyInput {
  readonly plan: BuildPlan;
  readonly images: DepBuilderImages;
  readonly part: Part;
  readonly extent: 'whole' | 'prefix';
  /** The key of the part before. */
  readonly before: BuildKey | undefined;
}

function partKey({ plan, images, part, extent, before }: PartKeyInput): BuildKey {
  return keyFrom({
    kind: part.kind,
    // A prefix is kept under a key of its own, even where it does the same as the whole: the next sub-stage resumes there.
    prefix: extent === 'prefix' ? part.stages.map(({ name }) => name) : [],
    // Images of one variant for several releases are kept side by side, each with its own checkpoint.
    reference: plan.reference,
    // By content: the same dep-builder can make another file.
    depBuilders: copiesDepBuilders(part) ? [...images.values()] : [],
    // The same names can be other packages tomorrow.
    repositories: asksRepositories(part) ? repositoryDigest(plan.packages) : '',
    // The same plan run by other code can be another image.
    code: plan.code,
    // What comes later works on the result of what comes before.
    before: before ?? '',
    // Decides whether the result is used again on another parent.
    reads: part.reads,
    // Sorted: the order within a list of packages or units is no difference; that of sub-stages is in their names.
    inputs: part.inputs.map(({ stage, noun, name, value }) => JSON.stringify([stage, noun, name, value])).sort(),
  });
}

function copiesDepBuilders({ stages }: Part): boolean {
  return stages.some(({ steps }) => steps.some(({ kind }) => kind === 'copy-dep-builder'));
}

/** The key of a dep-builder: what its image is made from, its parent left out. Pure. */
export function depBuilderKey(plan: BuildPlan, depBuilder: DepBuilder): BuildKey {
  return keyFrom({
    kind: 'dep-builder',
    // Each variant and release has its own, which stay side by side.
    reference: depBuilder.reference,
    // The Containerfile and what it copies.
    content: folderDigest(depBuilder.content),
    // Decides whether the result is used again on another parent.
    reads: depBuilder.reads,
    // By whether they are given: values are in no key.
    secrets: depBuilder.secrets,
    // Settings of packages.yaml reach it as build arguments.
    arguments: plan.buildArguments,
    architecture: plan.architecture,
    // It installs packages, too, and no lock is about them.
    repositories: repositoryDigest(plan.repositories),
    code: plan.code,
  });
}

function keyFrom(parts: Readonly<Record<string, unknown>>): BuildKey {
  return sha256(JSON.stringify(parts)) as BuildKey;
}
