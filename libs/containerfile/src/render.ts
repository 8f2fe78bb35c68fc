import { CREATED_ARGUMENT, type BuildPlan, type ContextFile } from '@immutablue/plan';
import { instructionValue } from './instruction-value';
import { depBuilderStages, type DepBuilderSource } from './dep-builder-stages';
import { COMMON_FILE, FUNCTIONS_FOLDER, renderSubStage } from './sub-stage';
import { ociArchitecture } from '@immutablue/variant';

/** What an export needs to know besides the plan. */
export interface ExportFacts {
  /** What is known of the parent image, when this machine has it. */
  readonly parent?: {
    /** Seconds since 1970. */
    readonly created: number;
    readonly digest: string;
  };
  readonly depBuilders: readonly DepBuilderSource[];
  /** The functions that the scripts call, by file name, and the helpers of the variants' scripts. */
  readonly functions: Readonly<Record<string, string>>;
  readonly common: string;
}

/** A Containerfile and the files of its context. */
export interface ExportedPlan {
  readonly containerfile: string;
  readonly context: readonly ContextFile[];
}

/**
 * A plan as a plain Containerfile of several stages: the dep-builders, then the image, one RUN for each sub-stage.
 *
 * Pure: the same plan and facts give the same text.
 *
 * @throws {DiagnosticError} `containerfile/not-expressible` for a dep-builder that cannot be a stage among others.
 */
export function renderContainerfile(plan: BuildPlan, facts: ExportFacts): ExportedPlan {
  const shared: ContextFile[] = [
    ...Object.entries(facts.functions).map(([name, text]) => textFile(`${FUNCTIONS_FOLDER}/${name}`, text)),
    textFile(COMMON_FILE, facts.common),
  ];
  const labels: Record<string, string> =
    facts.parent === undefined ? {} : { 'org.opencontainers.image.base.digest': facts.parent.digest };
  const builders = facts.depBuilders.map((source) => depBuilderStages(source, plan));
  const subStages = plan.stages.map((stage) => renderSubStage(stage, { shared, labels, upstream: plan.upstream }));
  const files = [...shared, ...builders.flatMap((part) => part.files), ...subStages.flatMap((part) => part.files)];
  return {
    containerfile: [
      ...header(plan),
      `ARG PARENT=${instructionValue(plan.parent.reference)}`,
      ...builders.flatMap((part) => ['', ...part.lines]),
      '',
      'FROM ${PARENT}',
      ...(facts.parent === undefined
        ? []
        : [
            '# When the parent image was made: the date of the build in /usr/lib/os-release.',
            `ARG ${CREATED_ARGUMENT}=${facts.parent.created}`,
          ]),
      ...subStages.flatMap((part) => ['', ...part.lines]),
      '',
    ].join('\n'),
    context: [...new Map(files.map((file) => [file.path, file])).values()],
  };
}

function header(plan: BuildPlan): string[] {
  return [
    `# ${plan.variant}: ${plan.description}`,
    `# ${plan.reference}, release ${plan.release}, ${ociArchitecture(plan.architecture)}`,
    '#',
    '# Written by the Immutablue workspace; builds without it. The last word of each RUN stands for the files that it mounts:',
    '# a builder that does not look at them runs it again when they change. Change it with them.',
    '# Needs buildah 1.28 or podman 4.3, or later.',
  ];
}

function textFile(path: string, text: string): ContextFile {
  return { path, content: { kind: 'text', text } };
}
