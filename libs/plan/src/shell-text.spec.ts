import { withoutComments } from './shell-text';

describe('withoutComments', () => {
  it.each([
    ['a comment line', '#!/bin/bash\n# why\ntrue\n', '#!/bin/bash\ntrue'],
    ['an empty line', '#!/bin/bash\n\ntrue\n', '#!/bin/bash\ntrue'],
    [
      'a comment behind a command with an apostrophe',
      "#!/bin/bash\ntrue # it's\n  # why\n",
      "#!/bin/bash\ntrue # it's",
    ],
  ])('leaves out %s', (_, script, expected) => {
    expect(withoutComments(script)).toBe(expected);
  });

  it.each([
    ['a here-document', 'cat <<END\n# text\nEND\n'],
    ['a string of several lines', 'printf "\n# text\n"\n'],
    ['a string of several lines in single quotes', "printf '\n# text\n'\n"],
    ['a line that goes on', 'true \\\n# text\nfalse\n'],
  ])('keeps a script with %s as it is', (_, script) => {
    expect(withoutComments(`#!/bin/bash\n${script}`)).toBe(`#!/bin/bash\n${script}`);
  });
});
