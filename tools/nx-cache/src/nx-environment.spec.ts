import { nxEnvironment } from './nx-environment';

const server = { url: 'http://127.0.0.1:4000', token: 'secret' };
const own = {
  NX_SELF_HOSTED_REMOTE_CACHE_SERVER: 'http://127.0.0.1:4000',
  NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'secret',
};

it.each([
  ['no proxy', { no_proxy: 'a' }, {}],
  ['a proxy', { http_proxy: 'p' }, { no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' }],
  ['an exception', { ALL_PROXY: 'p', NO_PROXY: 'a,b' }, { no_proxy: 'a,b,127.0.0.1', NO_PROXY: 'a,b,127.0.0.1' }],
  ['two', { HTTP_PROXY: 'p', NO_PROXY: 'a', no_proxy: 'b' }, { no_proxy: 'b,127.0.0.1', NO_PROXY: 'a,127.0.0.1' }],
])('has Nx ask the server directly: %s', (_what, environment, added) => {
  expect(nxEnvironment(server, environment)).toEqual({ ...own, ...added });
});
