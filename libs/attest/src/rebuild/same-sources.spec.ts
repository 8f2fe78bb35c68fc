import { renderError } from '@immutablue/diagnostics';
import { createPlan, keysOf } from '@immutablue/plan';
import { planInput, type InputTexts } from '@immutablue/plan/testing';
import { materialsOf } from '../provenance/materials';
import type { WorkspaceCommit } from '../provenance/statement';
import { statement } from '../testing/statement';
import { requireSameSources } from './same-sources';

const PLACES = { workspaceRoot: '/workspace', depBuilderImages: new Map<string, string>() };

/** What is said when an image was built from `built` and `present` is there. */
function judge(built: InputTexts, present: InputTexts, workspace: WorkspaceCommit): string {
  const plan = createPlan(planInput(built));
  const attested = statement({
    materials: materialsOf(plan, PLACES),
    internal: { buildKeys: { rest: keysOf(plan, PLACES.depBuilderImages).rest }, workspace },
  });
  try {
    requireSameSources(attested, createPlan(planInput(present)), PLACES);
    return '';
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' });
  }
}

const CLEAN: WorkspaceCommit = { state: 'clean', commit: 'c'.repeat(40) };
const scripts = { '45-kernel': 'a', '55-late': 'b' };

it('takes the sources that were built from', () => {
  expect(judge({ scripts }, { scripts }, CLEAN)).toBe('');
});

it('names the files that differ, and the commit that has them', () => {
  const present = { '45-kernel': 'other', '65-new': 'c' };
  expect(judge({ scripts }, { scripts: present }, CLEAN)).toMatchInlineSnapshot(`
   "error[attest/other-sources]: the image of \`teal\` was not built from what is in this working tree
     | file of a script packages/teal/build/45-kernel.sh is another one
     | file of a script packages/teal/build/55-late.sh is not here
     | file of a script packages/teal/build/65-new.sh is new here
     hint: check it out: \`git checkout cccccccccccccccccccccccccccccccccccccccc\`"
  `);
});

it('names no commit where none has them', () => {
  const present = { scripts: { ...scripts, '45-kernel': 'other' } };
  expect(judge({ scripts }, present, { state: 'not in git' })).toMatchInlineSnapshot(`
   "error[attest/other-sources]: the image of \`teal\` was not built from what is in this working tree
     | file of a script packages/teal/build/45-kernel.sh is another one
     hint: it was built from files that were not in git"
  `);
});

it('says so when it is no file that differs', () => {
  const packages = 'immutablue:\n  services_enable_sys:\n    all: [sshd.service]\n';
  expect(judge({ scripts }, { scripts, packages }, CLEAN)).toMatchInlineSnapshot(`
   "error[attest/other-sources]: the image of \`teal\` was not built from what is in this working tree
     | its files are the same; lists, settings of nx.json or modes of files are not
     hint: check it out: \`git checkout cccccccccccccccccccccccccccccccccccccccc\`"
  `);
});
