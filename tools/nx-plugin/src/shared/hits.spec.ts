import { hitsOf } from './hits';

const PLUGIN = './tools/nx-plugin';
const node = (targets: Readonly<Record<string, string>>) => ({
  data: {
    root: '',
    targets: Object.fromEntries(Object.entries(targets).map(([name, executor]) => [name, { executor }])),
  },
});
const own = { build: `${PLUGIN}:build`, deps: `${PLUGIN}:deps`, test: `${PLUGIN}:test` };
const projectGraph = { nodes: { base: node(own), cyan: node({ ...own, iso: 'nx:run-commands' }) } };

/** Tasks by their IDs, with those that each waits for. */
function taskGraph(dependencies: Readonly<Record<string, string[]>>) {
  const tasks = Object.keys(dependencies).map((id) => {
    const [project = '', target = ''] = id.split(':');
    return [id, { target: { project, target } }] as const;
  });
  return { dependencies: { ...dependencies }, tasks: Object.fromEntries(tasks) };
}

const built = { 'base:build': [], 'cyan:build': ['base:build'] };

it.each<[string, Record<string, string[]>, Record<string, string>]>([
  ['nx build cyan', built, { 'base:build': 'deferred', 'cyan:build': 'fetched' }],
  ['nx build base', { 'base:build': [] }, { 'base:build': 'fetched' }],
  ['nx test cyan', { ...built, 'cyan:test': ['cyan:build'] }, { 'base:build': 'deferred', 'cyan:build': 'deferred' }],
  [
    'nx deps cyan with a configuration',
    { 'base:build:lab': [], 'cyan:deps:lab': ['base:build:lab'] },
    { 'base:build': 'deferred', 'cyan:deps': 'fetched' },
  ],
  [
    'a target of another plugin, which looks into the store',
    { ...built, 'cyan:test': ['cyan:build'], 'cyan:iso': ['cyan:build'] },
    { 'base:build': 'deferred', 'cyan:build': 'fetched' },
  ],
])('%s', (_, dependencies, expected) => {
  const graphs = { taskGraph: taskGraph(dependencies), projectGraph };
  for (const [task, hits] of Object.entries(expected)) {
    const [project = '', target = ''] = task.split(':');
    expect([task, hitsOf({ project, target }, graphs, PLUGIN)]).toEqual([task, hits]);
  }
});

it('fetches what is run without a graph', () => {
  expect(hitsOf({ project: 'cyan', target: 'build' }, { projectGraph }, PLUGIN)).toBe('fetched');
});
