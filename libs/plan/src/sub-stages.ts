/** The eight sub-stages of an image build, in the order in which they run. */
export const SUB_STAGES = [
  '00-pre',
  '10-copy',
  '20-add-repos',
  '30-install-packages',
  '40-uninstall-packages',
  '50-remove-files',
  '60-services',
  '90-post',
] as const;

export type SubStageName = (typeof SUB_STAGES)[number];

const TITLES: Readonly<Record<SubStageName, string>> = {
  '00-pre': 'check the root filesystem and prepare /usr/immutablue',
  '10-copy': 'copy overrides and what the dep-builder made',
  '20-add-repos': 'add package repositories',
  '30-install-packages': 'install packages',
  '40-uninstall-packages': 'remove packages',
  '50-remove-files': 'remove files',
  '60-services': 'set the state of services',
  '90-post': 'clean up and commit the image',
};

/** What a sub-stage is for, as shown to people. */
export function stageTitle(name: string): string {
  return isSubStage(name) ? TITLES[name] : 'sub-stage of a variant';
}

/** Whether `name` is one of the eight. */
export function isSubStage(name: string): name is SubStageName {
  return (SUB_STAGES as readonly string[]).includes(name);
}
