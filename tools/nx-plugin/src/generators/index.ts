export { default as variant } from './variant/generator';
export { default as signing } from './signing/generator';
export { default as ci } from './ci/generator';
export { default as ciSync } from './ci/sync';
export { default as tekton } from './ci/tekton';
export { default as kubernetes } from './ci/kubernetes';
