import { formatMode } from '@immutablue/diagnostics';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { explainChange } from '../../later-step';
import { stepsAfter, stepsOf } from '../../plan-steps';

export const downloads: PlanCheck = {
  kind: 'plan',
  name: 'downloads',
  title: 'pinned files are there, with their checksum and mode',
  run: async ({ plan, root, workspaceRoot }) => {
    const findings: Finding[] = [];
    for (const step of stepsOf(plan, 'pinned-files')) {
      const later = stepsAfter(plan, step);
      for (const { entry, fetched, mode } of step.files) {
        const { path } = fetched;
        const stat = await root.lstat(path);
        // What is pinned of an archive is the archive, which is not in the image.
        const isOther = async () => fetched.member === undefined && (await root.sha256(path)) !== fetched.sha256;
        const fault =
          stat?.type !== 'file'
            ? 'is not there'
            : stat.mode !== mode
              ? `has the mode ${formatMode(stat.mode)}`
              : (await isOther())
                ? 'has another checksum'
                : undefined;
        if (fault === undefined) continue;
        findings.push({
          path,
          location: entry.location,
          message: `the pinned file \`${path}\` ${fault}`,
          ...(await explainChange(path, later, workspaceRoot)),
        });
      }
    }
    return findings;
  },
};
