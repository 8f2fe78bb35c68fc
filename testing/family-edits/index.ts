export { applyEdit, clash, type Edit } from './edit';
export { generateEvent, type FamilyEvent } from './event';
export {
  firstFamily,
  MEMBERS,
  PARENTS,
  RELEASES,
  REVISIONS,
  TREES,
  type FamilyState,
  type Member,
  type MemberName,
  type OverrideNode,
  type Revision,
} from './family';
export { familyFiles, SMALL, type FamilyFile } from './files';
export { generateEdit } from './generate';
export { createRandom, type Random } from './random';
