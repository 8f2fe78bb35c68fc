import { needsUserNamespace, storageUserId } from './user-namespace';

const root = { uid: 0, name: 'root' };
const user = { uid: 1000, name: 'someone' };
const inside = { _CONTAINERS_USERNS_CONFIGURED: 'done', _CONTAINERS_ROOTLESS_UID: '1000' };

it.each([
  ['root', {}, root, { needed: false, id: 0 }],
  ['an ordinary user', {}, user, { needed: true, id: 1000 }],
  ['an ordinary user inside the user namespace', inside, root, { needed: false, id: 1000 }],
  [
    'root inside a namespace of their own',
    { ...inside, _CONTAINERS_ROOTLESS_UID: '0' },
    root,
    { needed: false, id: 0 },
  ],
])('%s', (_, environment, process, { needed, id }) => {
  expect(needsUserNamespace(environment, process)).toBe(needed);
  expect(storageUserId(environment, process)).toBe(id);
});
