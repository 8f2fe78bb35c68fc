import type { Check } from '../check';
import { ALLOW } from '../judge';
import { baseimageComposefs } from './bootc/composefs';
import { bootcKargs } from './bootc/kargs';
import {
  apiBaseDirectories,
  baseimageRoot,
  buildahInjected,
  etcUsretc,
  kernel,
  nonemptyBoot,
  nonemptyRunTmp,
  varRun,
} from './bootc/layout';
import { utf8 } from './bootc/names';
import { sysusers } from './bootc/sysusers';
import { varLog, varTmpfiles } from './bootc/var';
import { leftovers, secrets } from './content/content';
import { downloads } from './image/downloads';
import { architecture, labels } from './image/labels';
import { deletedFiles, layers, selinuxLabels, whiteoutNames } from './image/layers';
import { overrides } from './image/overrides';
import { packages } from './image/packages';
import { scripts } from './image/scripts';
import { removedPaths, writtenFiles } from './image/written-files';
import { quadlets } from './units/quadlets';
import { services } from './units/services';
import { unitFiles } from './units/unit-files';
import { unitLinks } from './units/unit-links';

/** All checks, in the order in which they are reported. */
export const CHECKS: readonly Check[] = [
  labels,
  architecture,
  layers,
  deletedFiles,
  whiteoutNames,
  selinuxLabels,
  writtenFiles,
  overrides,
  downloads,
  packages,
  removedPaths,
  services,
  unitLinks,
  unitFiles,
  quadlets,
  scripts,
  secrets,
  leftovers,
  apiBaseDirectories,
  baseimageRoot,
  baseimageComposefs,
  bootcKargs,
  buildahInjected,
  etcUsretc,
  kernel,
  nonemptyBoot,
  nonemptyRunTmp,
  sysusers,
  utf8,
  varLog,
  varRun,
  varTmpfiles,
];

/** The names of all results of an inspection: those of the checks, and of the one about variant.yaml's `allow`. */
export const CHECK_NAMES: readonly string[] = [...CHECKS.map(({ name }) => name), ALLOW];
