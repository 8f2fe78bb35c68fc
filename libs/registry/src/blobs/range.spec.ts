import { answeredStart, chunkRange, uploadedBytes } from './range';

it.each([
  ['0-0', 0],
  ['0-1', 2],
  ['0-65535', 65_536],
  ['bytes=0-9', 10],
  [undefined, undefined],
  ['', undefined],
  ['5-9', undefined],
  ['0--1', undefined],
  ['0-9999999999999999', undefined],
  ['0-9, 0-9', undefined],
])('has of an upload with range %p %p bytes', (range, bytes) => {
  expect(uploadedBytes(range)).toBe(bytes);
});

it('names the first and the last byte of a chunk', () => {
  expect(chunkRange(64, 128)).toBe('64-127');
});

it.each([
  ['bytes 10-19/20', 10],
  ['bytes 0-19/*', 0],
  ['bytes */20', undefined],
  ['10-19/20', undefined],
  [undefined, undefined],
])('begins under %p at %p', (header, start) => {
  expect(answeredStart(header)).toBe(start);
});
