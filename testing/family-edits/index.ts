export { applyEdit, clash, type Edit } from './edit';
export { generateEvent, type FamilyEvent } from './event';
export {
  firstFamily,
  MEMBERS,
  PARENTS,
  RELEASES,
  REVISIONS,
  SECRET,
  TREES,
  type FamilyState,
  type Member,
  type MemberName,
  type OverrideNode,
  type Revision,
} from './family';
export { familyFiles, SMALL, type FamilyFile } from './files';
export { generateEdit, generateUnseen } from './generate';
export { EDIT_KINDS, kindsOf, type KindOfEdit } from './kinds';
export { createRandom, type Random } from './random';
export { SOURCE_NAMES, sourceContent, SOURCES_FOLDER } from './sources';
