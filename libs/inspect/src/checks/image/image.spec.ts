import { candidatesFor } from './packages';
import { scriptKindOf } from './scripts';

it.each([
  ['tmux', ['tmux']],
  ['@core', ['@core']],
  [
    'https://example.org/free/rpmfusion-free-release-44.noarch.rpm',
    ['rpmfusion-free-release-44', 'rpmfusion-free-release'],
  ],
  ['https://example.org/a-b-1.2-3.fc44.x86_64.rpm', ['a-b-1.2-3.fc44', 'a-b-1.2', 'a-b']],
  ['/run/x/tool.rpm', ['tool']],
])('%s is known to rpm as one of %j', (name, expected) => {
  expect(candidatesFor(name)).toEqual(expected);
});

it.each([
  ['/usr/bin/x', '#!/bin/sh\n', 'says its shell'],
  ['/usr/bin/x', '#!/usr/bin/env bash\n', 'says its shell'],
  ['/usr/bin/x', '#! /usr/bin/bash -e\n', 'says its shell'],
  ['/etc/profile.d/x.sh', 'export A=1\n', 'sourced'],
  ['/usr/bin/x', '#!/usr/bin/python3\n', 'none'],
  ['/usr/bin/x.sh', '#!/usr/bin/fish\n', 'none'],
  ['/usr/bin/x', '\u007fELF', 'none'],
])('%s with %j: %s', (path, content, expected) => {
  expect(scriptKindOf(path, content)).toBe(expected);
});
