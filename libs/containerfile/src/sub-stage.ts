import { shellCommand } from '@immutablue/diagnostics';
import {
  COMMON_MOUNT,
  digestOfMounts,
  kindOf,
  OVERRIDES_FOLDER,
  SCRIPTS_MOUNT,
  stageTitle,
  type Action,
  type CleanedPaths,
  type ContextFile,
  type ContextMount,
  type LinesAction,
  type StagePlan,
} from '@immutablue/plan';
import { instructionValue } from './instruction-value';
import type { UpstreamProfileName } from '@immutablue/variant';
import { secretFlags, seenFlags } from './mounts';

/** A part of a Containerfile, and what it reads of the context. */
export interface Rendered {
  readonly lines: readonly string[];
  readonly files: readonly ContextFile[];
}

/** What sub-stages have in common. */
export interface Surroundings {
  /** Files of the context that more than one of them reads. */
  readonly shared: readonly ContextFile[];
  /** Where programs see what of this machine. */
  readonly upstream: UpstreamProfileName;
  /** Labels besides those of the plan. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The functions that the scripts call, in the context. */
export const FUNCTIONS_FOLDER = 'functions';
/** The helpers that are sourced before a variant's script, in the context. */
export const COMMON_FILE = '99-common.sh';

const RUN_MOUNT = '/run/immutablue';

/**
 * A sub-stage: one RUN for all that is done inside the container, interrupted only where something can be done by the builder
 * alone (COPY from a dep-builder), or must be done with nothing mounted.
 */
export function renderSubStage(stage: StagePlan, surroundings: Surroundings): Rendered {
  const lines: string[] = [];
  const files: ContextFile[] = [];
  let runs = 0;
  let pending: { readonly purpose: string; readonly action: LinesAction }[] = [];
  const flush = () => {
    if (pending.length === 0) return;
    runs += 1;
    const rendered = renderRun(runs === 1 ? stage.name : `${stage.name}-${runs}`, pending, surroundings);
    lines.push(...rendered.lines);
    files.push(...rendered.files);
    pending = [];
  };
  stage.steps.forEach((step, index) => {
    const kind = kindOf(step);
    const action = kind.containerfile(step, index + 1);
    if (action.kind === 'lines') {
      pending.push({ purpose: kind.purpose(step), action });
      return;
    }
    flush();
    lines.push(...renderOther(action, surroundings));
  });
  flush();
  return {
    lines: [`# ${stage.name}: ${stageTitle(stage.name)}`, ...(lines.length === 0 ? ['# nothing to do'] : lines)],
    files,
  };
}

function renderOther(action: Exclude<Action, LinesAction>, surroundings: Surroundings): string[] {
  switch (action.kind) {
    case 'copy-dep-builder':
      return [`COPY --from=${depBuilderStage(action.variant)} / /`];
    case 'clean':
      return cleanLines(action.clean);
    case 'labels':
      return [labelLine({ ...action.labels, ...surroundings.labels })];
  }
}

/** The name of the build stage that holds what a variant's dep-builder made. */
export function depBuilderStage(variant: string): string {
  return `dep-builder-${variant}`;
}

/** One LABEL for all, sorted by name: each instruction would be a layer for a builder that keeps layers. */
function labelLine(labels: Readonly<Record<string, string>>): string {
  const words = Object.entries(labels)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${instructionValue(name)}=${instructionValue(value)}`);
  return `LABEL ${words.join(' \\\n    ')}`;
}

function renderRun(
  name: string,
  parts: readonly { readonly purpose: string; readonly action: LinesAction }[],
  { shared, upstream }: Surroundings,
): Rendered {
  const actions = parts.map(({ action }) => action);
  const folder = `sub-stages/${name}`;
  const script = [
    '#!/usr/bin/env bash',
    `# ${name}`,
    `source ${RUN_MOUNT}/${FUNCTIONS_FOLDER}/functions.sh`,
    `FILES=${RUN_MOUNT}/sub-stage`,
    ...parts.flatMap(({ purpose, action }) => ['', `# ${purpose}`, ...action.lines]),
    '',
  ].join('\n');
  const own: ContextFile[] = [
    { path: `${folder}/run.sh`, content: { kind: 'text', text: script } },
    ...actions.flatMap((action) => action.files).map((file) => ({ ...file, path: `${folder}/${file.path}` })),
  ];
  const overrides = actions.flatMap((action) => action.overrides);
  const folders = scriptFolders(actions);
  const mounts: ContextMount[] = [
    { source: folder, target: `${RUN_MOUNT}/sub-stage` },
    { source: FUNCTIONS_FOLDER, target: `${RUN_MOUNT}/${FUNCTIONS_FOLDER}` },
    ...(overrides.length === 0 ? [] : [{ source: OVERRIDES_FOLDER, target: `${RUN_MOUNT}/${OVERRIDES_FOLDER}` }]),
    ...folders.map(({ path }) => ({ source: path, target: `${RUN_MOUNT}/${path}` })),
    ...(folders.length === 0 ? [] : [{ source: COMMON_FILE, target: COMMON_MOUNT }]),
  ];
  const files = [...own, ...overrides, ...folders];
  const flags = [
    ...mounts.map(({ source, target }) => `--mount=type=bind,source=${source},target=${target}`),
    ...seenFlags(
      actions.flatMap((action) => action.sees),
      upstream,
    ),
    ...secretFlags(actions.flatMap((action) => action.scripts.flatMap(({ secrets }) => secrets))),
  ];
  const command = JSON.stringify([
    'bash',
    `${RUN_MOUNT}/sub-stage/run.sh`,
    digestOfMounts(mounts, [...files, ...shared]),
  ]);
  const buildArguments = [...new Set(actions.flatMap((action) => action.buildArguments))];
  return {
    lines: [...buildArguments.map((argument) => `ARG ${argument}`), `RUN ${[...flags, command].join(' \\\n    ')}`],
    files,
  };
}

/** What each script sees, at the place where its lines look for it. */
function scriptFolders(actions: readonly LinesAction[]): ContextFile[] {
  const name = SCRIPTS_MOUNT.slice(RUN_MOUNT.length + 1);
  return actions
    .flatMap((action) => action.scripts)
    .map(({ variant, stage, sees }) => ({
      path: `${name}/${variant}-${stage}`,
      content: { kind: 'folder', content: sees },
    }));
}

/**
 * A RUN with nothing mounted but what the builder itself brings: that cannot be removed and stays. Directories are emptied and
 * kept, links to directories left alone.
 */
function cleanLines({ paths, empty, files, emptyFiles }: CleanedPaths): string[] {
  // The builder's mounts: they are as they were when it is done.
  const kept = "! -path /run/.containerenv ! -path '/run/secrets*'";
  const removal = [
    `    for path in ${shellCommand(paths)}; do`,
    '      if ! grep -q " $path " /proc/self/mountinfo; then rm -rf -- "$path"; fi;',
    '    done;',
  ];
  return [
    [
      'RUN set -e;',
      ...(paths.length === 0 ? [] : removal),
      `    for directory in ${shellCommand(empty)}; do`,
      '      if [ -d "$directory" ] && [ ! -L "$directory" ]; then',
      `        find "$directory" -mindepth 1 ${kept} -delete;`,
      '      fi;',
      '    done;',
      `    rm -f -- ${shellCommand(files)};`,
      `    for file in ${shellCommand(emptyFiles)}; do`,
      '      if [ -f "$file" ] && [ ! -L "$file" ] && [ ! -s "$file" ]; then rm -f -- "$file"; fi;',
      '    done',
    ].join(' \\\n'),
  ];
}
