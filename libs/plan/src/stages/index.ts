import type { PlanInput, StagePlan } from '../model';
import { stageNames } from '../script';
import type { Step } from '../steps/registry';
import { isSubStage, type SubStageName } from '../sub-stages';
import { pre } from './00-pre';
import { copy } from './10-copy';
import { addRepositories } from './20-add-repos';
import { installPackages } from './30-install-packages';
import { uninstallPackages } from './40-uninstall-packages';
import { removeFiles } from './50-remove-files';
import { services } from './60-services';
import { commit, post } from './90-post';
import { checkpoint } from './checkpoint';
import { isBeforePackagesEnd } from './order';
import { scriptStep } from './script';

const STAGES: Readonly<Record<SubStageName, (input: PlanInput) => Step[]>> = {
  '00-pre': pre,
  '10-copy': copy,
  '20-add-repos': addRepositories,
  '30-install-packages': installPackages,
  '40-uninstall-packages': uninstallPackages,
  '50-remove-files': removeFiles,
  '60-services': services,
  '90-post': post,
};

/** All sub-stages of a build in order: what the workspace does itself, then the scripts of the same name. */
export function stagesOf(input: PlanInput): StagePlan[] {
  const names = stageNames(input.scripts);
  const lastOfPackages = names.filter(isBeforePackagesEnd).at(-1);
  return names.map((name) => ({
    name,
    steps: [
      ...(isSubStage(name) ? STAGES[name](input) : []),
      ...input.scripts.filter((script) => script.stage === name).map((script) => scriptStep(input, script)),
      ...(name === lastOfPackages ? checkpoint(input) : []),
      ...(name === '90-post' ? commit(input) : []),
    ],
  }));
}
