import { formatDuration, startHeartbeat, visible, visibleOutput, type Heartbeat } from '@immutablue/diagnostics';
import { stageTitle, type BuildPlan } from '@immutablue/plan';
import type { BuildEvent, Reporter } from './event';

export interface LineReporterOptions {
  readonly write: (line: string) => void;
  /** `groups` wraps each sub-stage in `::group::` lines, which CI systems fold. */
  readonly style: 'lines' | 'groups';
}

/** Reports a build as lines of text: for pipes, files and CI. */
export function createLineReporter(options: LineReporterOptions): Reporter {
  let heartbeat: Heartbeat | undefined;
  return {
    report: (event) => {
      if (event.kind === 'stage-started') {
        heartbeat = startHeartbeat((seconds) => {
          options.write(`[${event.stage}] still running after ${seconds} s`);
        });
      }
      for (const line of linesOf(event, options.style)) options.write(line);
      heartbeat?.beat();
      if (event.kind === 'stage-finished' || event.kind === 'stage-failed') heartbeat?.stop();
    },
    close: () => {
      heartbeat?.stop();
      return Promise.resolve();
    },
  };
}

/** An event as lines, of which each is one line whatever is named in it. */
export function linesOf(event: BuildEvent, style: LineReporterOptions['style']): string[] {
  // Tabs of a program's output are part of its tables.
  if (event.kind === 'output') return [`[${visible(event.stage)}]   | ${visibleOutput(event.line)}`];
  return wordsOf(event, style).map((line) => visible(line));
}

function wordsOf(event: Exclude<BuildEvent, { kind: 'output' }>, style: LineReporterOptions['style']): string[] {
  switch (event.kind) {
    case 'build-started':
      return introduction(event.plan);
    case 'image-reused':
      return [`${event.record.reference} is up to date: ${event.reason}`, `image ${event.record.imageId.slice(0, 12)}`];
    case 'explained':
      return event.stages.some(({ outcome }) => outcome === 'runs') ? [...event.summary] : [];
    case 'waiting':
      return [event.message];
    case 'stage-started':
      return [
        ...(style === 'groups' ? [`::group::${stageTitle(event.stage)}`] : []),
        `[${event.stage}] ${stageTitle(event.stage)}`,
      ];
    case 'step-started':
      return [`[${event.stage}] - ${event.purpose}`];
    case 'notice':
      return [`[${event.stage}] note: ${event.message}`];
    case 'warning':
      return [`[${event.stage}] warning: ${event.message}`];
    case 'stage-finished':
      return [
        `[${event.stage}] ${event.steps === 0 ? 'nothing to do' : `done in ${formatDuration(event.milliseconds)}`}`,
        ...(style === 'groups' ? ['::endgroup::'] : []),
      ];
    case 'stage-failed':
      return [
        `[${event.stage}] failed after ${formatDuration(event.milliseconds)}`,
        ...(style === 'groups' ? ['::endgroup::'] : []),
      ];
    case 'build-finished':
      return [
        `built ${event.record.reference} in ${formatDuration(event.milliseconds)}`,
        `image ${event.record.imageId.slice(0, 12)}, ${event.record.layers.length} layers, own: ${event.record.ownLayers.length}`,
      ];
    case 'build-failed':
      return [`the build of ${event.variant} failed after ${formatDuration(event.milliseconds)}`];
  }
}

/** What is built, on what, and where that comes from. */
export function introduction(plan: BuildPlan): string[] {
  const stands =
    plan.parent.kind === 'variant'
      ? `on ${plan.parent.reference} (${plan.parent.variant})`
      : `on ${plan.parent.reference}`;
  const upstream =
    plan.upstream === 'lab'
      ? [
          `upstream: the lab, an offline stand-in for the real images and packages made on this machine`,
          `  for the real one: npx nx build ${plan.variant} -c f${plan.release}`,
        ]
      : [`upstream: the real registries, release ${plan.release}`];
  return [`building ${plan.reference} ${stands}`, `build options: ${plan.options.join(',')}`, ...upstream];
}
