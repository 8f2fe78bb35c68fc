import { formatDuration, visible, visibleOutput } from '@immutablue/diagnostics';
import { stageTitle, type BuildPlan } from '@immutablue/plan';
import type { ImagePlace } from '../cache/deferred';
import type { BuildEvent } from './event';

/** An event as lines that say all of it, of which each is one line whatever is named in it. */
export function linesOf(event: BuildEvent): string[] {
  // Tabs of a program's output are part of its tables.
  if (event.kind === 'output') return [`[${visible(event.stage)}]   | ${visibleOutput(event.line)}`];
  return wordsOf(event).map((line) => visible(line));
}

function wordsOf(event: Exclude<BuildEvent, { kind: 'output' }>): string[] {
  switch (event.kind) {
    case 'build-started':
      return introduction(event.plan);
    case 'image-reused':
      return [upToDate(event)];
    case 'explained':
      return event.stages.some(({ outcome }) => outcome === 'runs') ? [...event.summary] : [];
    case 'waiting':
      return [event.message];
    case 'stage-started':
      return [`[${event.stage}] ${stageTitle(event.stage)}`];
    case 'step-started':
      return [`[${event.stage}] - ${event.purpose}`];
    case 'notice':
      return [`[${event.stage}] note: ${event.message}`];
    case 'warning':
      return [`[${event.stage}] warning: ${event.message}`];
    case 'stage-finished':
      return [
        `[${event.stage}] ${event.steps === 0 ? 'nothing to do' : `done in ${formatDuration(event.milliseconds)}`}`,
      ];
    case 'stage-failed':
      return [`[${event.stage}] failed after ${formatDuration(event.milliseconds)}`];
    case 'build-finished':
      return [
        `image ${event.record.imageId}, ${event.record.layers.length} layers, own: ${event.record.ownLayers.length}`,
        built(event),
      ];
    case 'dep-builder-finished':
      return [
        `the dep-builder of ${event.variant} is done in ${formatDuration(event.milliseconds)}: image ${shortId(event)}`,
      ];
    case 'dep-builder-reused':
      return [
        `the dep-builder of ${event.variant} is up to date: ${event.reason}, image ${shortId(event)}${placeText(event.place)}`,
      ];
    case 'build-failed':
      return [`the build of ${event.variant} failed after ${formatDuration(event.milliseconds)}`];
  }
}

function shortId({ imageId }: { readonly imageId: string }): string {
  return imageId.slice(0, 12);
}

/** The result of a build, as the last line that it says. */
export function built({ record, milliseconds }: Extract<BuildEvent, { kind: 'build-finished' }>): string {
  return `built ${record.reference} in ${formatDuration(milliseconds)}: image ${shortId(record)}`;
}

/** The same where there was nothing to build. */
export function upToDate({ record, reason, place }: Extract<BuildEvent, { kind: 'image-reused' }>): string {
  return `${record.reference} is up to date: ${reason}, ${shortId(record)}${placeText(place)}`;
}

/** What a result says of an image that is still in a registry. */
export function placeText(place: ImagePlace): string {
  return place === 'registry' ? ', not fetched yet' : '';
}

/** What is built, on what, and where that comes from. */
export function introduction(plan: BuildPlan): string[] {
  return [
    `building ${plan.reference}`,
    `  on ${plan.parent.reference}${plan.parent.kind === 'variant' ? ` (${plan.parent.variant})` : ''}`,
    plan.upstream === 'lab'
      ? `  on the lab, an offline stand-in; the real one: npx nx build ${plan.variant} -c f${plan.release}`
      : `  from the real registries, release ${plan.release}`,
  ];
}
