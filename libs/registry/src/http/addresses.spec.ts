import { addressIn } from './addresses';

const HTTPS = new URL('https://quay.io/v2/a/');
const LOOPBACK = new URL('http://127.0.0.1:5000/v2/a/');

it.each([
  ['blobs/uploads/1', HTTPS, 'https://quay.io/v2/a/blobs/uploads/1'],
  ['/v2/b', LOOPBACK, 'http://127.0.0.1:5000/v2/b'],
  ['https://cdn.example/x?sig=1', HTTPS, 'https://cdn.example/x?sig=1'],
  ['http://localhost:6000/x', LOOPBACK, 'http://localhost:6000/x'],
  // Without TLS, and from outside to this machine.
  ['http://quay.io/x', HTTPS, undefined],
  ['http://127.0.0.1:5000/x', HTTPS, undefined],
  ['http://cdn.example/x', LOOPBACK, undefined],
  ['https://me:hunter2@quay.io/', HTTPS, undefined],
  ['file:///etc/shadow', LOOPBACK, undefined],
  ['javascript:1', HTTPS, undefined],
  ['https://', HTTPS, undefined],
  [`/${'a'.repeat(20_000)}`, HTTPS, undefined],
  [undefined, HTTPS, undefined],
])('leads by %p from %s to %p', (text, from, expected) => {
  expect(addressIn(text, from)?.href).toBe(expected);
});
