export { executorDefinitions } from './executors/commands';
export { createNodes, createNodesV2 } from './plugin';
export { readPluginOptions } from './shared/settings';
