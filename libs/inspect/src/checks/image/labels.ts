import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { stepsOf } from '../../plan-steps';
import { ociArchitecture } from '@immutablue/variant';

/** The labels are those of the plan's commit, `containers.bootc` among them, and two that only the build knows. */
export const labels: PlanCheck = {
  kind: 'plan',
  name: 'labels',
  title: 'labels say what the image is',
  run: ({ plan, image, ancestors: [parent] }) => {
    const expected = stepsOf(plan, 'commit').flatMap((step) => Object.entries(step.labels));
    expected.push(['org.opencontainers.image.base.digest', parent.image.digest]);
    const findings = expected
      .filter(([name, value]) => image.labels[name] !== value)
      .map(([name, value]): Finding => ({
        message: `the label \`${name}\` is \`${image.labels[name] ?? 'missing'}\`, expected \`${value}\``,
      }));
    if (image.labels['io.immutablue.build-key'] === undefined) {
      findings.push({ message: 'the label `io.immutablue.build-key` is missing' });
    }
    return Promise.resolve(findings);
  },
};

export const architecture: PlanCheck = {
  kind: 'plan',
  name: 'architecture',
  title: 'the image is for the architecture that was asked for',
  run: ({ plan, image }) => {
    const expected = ociArchitecture(plan.architecture);
    const message = `the image is for \`${image.architecture}\`, expected \`${expected}\``;
    return Promise.resolve(image.architecture === expected ? [] : [{ message }]);
  },
};
