import { DiagnosticError, shellCommand } from '@immutablue/diagnostics';
import type { Entry, Repository } from '@immutablue/variant';
import { commandLine, lines } from '../containerfile/action';
import { originOf } from '../inputs';
import { PACKAGE_READS } from '../package-reads';
import { ancestorsAndSelf, paths, trees, union } from '../reads';
import { repositoryFile, type Credential } from '../credentials';
import { curl, CURL_CONFIG } from './programs';
import { secretsOf } from './repository-secrets';
import type { StepKind } from './kind';
import { requireSignatures } from './require-signatures';
import type { StepCommand, StepRuntime } from './runtime';

/** Fetches a repository definition and makes sure that every section of it checks signatures. */
export interface RepositoryStep {
  readonly kind: 'repository';
  /** As packages.yaml has it. */
  readonly repository: Entry<Repository>;
  /** The address under the upstream profile. */
  readonly url: string;
  readonly credential?: Credential;
}

export const repository: StepKind<RepositoryStep> = {
  duration: 'short',
  repositories: 'asked',
  purpose: (step) => `fetch the repository definition ${step.repository.value.name}`,
  reads: (step) => union(trees(PACKAGE_READS), paths(ancestorsAndSelf(pathOf(step)))),
  inputs: ({ repository: { value, location }, url }) => [
    { noun: 'repository', name: value.name, value: url, origin: originOf(location) },
  ],
  print: (step, shown) => [
    { kind: 'command', command: commandOf(step) },
    `${step.url}  ${shown.place(step.repository.location)}`,
    `afterwards: gpgcheck=1 in every section of ${pathOf(step)}`,
  ],
  run: add,
  containerfile: (step) => {
    if (step.credential !== undefined) throw notExpressible(step);
    return lines([commandLine(commandOf(step).argv), shellCommand(['require_signatures', pathOf(step)])], {
      sees: ['repositories'],
    });
  },
};

/** A Containerfile has no way to give the package manager credentials for one RUN that its scriptlets do not see. */
function notExpressible({ repository: { value, location } }: RepositoryStep): DiagnosticError {
  return new DiagnosticError({
    code: 'containerfile/not-expressible',
    message: `the repository \`${value.name}\` asks for credentials, which a Containerfile cannot give it`,
    location,
    hint: 'build it here, or export it without the repository',
  });
}

function pathOf({ repository: { value } }: RepositoryStep): string {
  return repositoryFile(value);
}

function commandOf(step: RepositoryStep): StepCommand {
  const { credential } = step;
  return {
    argv: curl(step.url, pathOf(step), ...(credential === undefined ? [] : ['--config', CURL_CONFIG])),
    ...(credential === undefined ? {} : { credential }),
    sees: ['repositories'],
    environment: {},
    proxies: 'passed',
    origin: { kind: 'names', names: [{ ...step.repository, value: step.url }] },
  };
}

async function add(step: RepositoryStep, runtime: StepRuntime): Promise<void> {
  const { credential } = step;
  if (credential?.secret.state === 'missing') {
    runtime.notice(
      `${step.repository.value.name} is fetched without credentials: no secret ${credential.secret.name} is given`,
    );
  }
  await runtime.command(commandOf(step));
  const path = pathOf(step);
  const fetched = (await runtime.root.readFile(path)).toString('utf8');
  const secrets = secretsOf(fetched);
  if (secrets.length > 0) {
    throw new DiagnosticError({
      code: 'build/repository-secret',
      message: `the repository definition \`${step.repository.value.name}\` holds a secret, which would be in the image`,
      location: step.repository.location,
      notes: secrets.map(({ line, what }) => `line ${line}: ${what}`),
      hint: 'everyone who has the image can read it: use a definition without it, from a repository that needs none',
    });
  }
  const definition = requireSignatures(fetched);
  if (definition.sections.length === 0) {
    throw new DiagnosticError({
      code: 'build/repository-down',
      message: `what \`${step.repository.value.url}\` gives is not a repository definition`,
      location: step.repository.location,
      hint: 'the address must be that of a `.repo` file, with a section like `[name]`',
    });
  }
  if (definition.changed.length === 0) return;
  await runtime.root.writeFile(path, definition.text, { mode: 0o644 });
  runtime.notice(`${path} did not check the signatures of ${definition.changed.join(', ')}: gpgcheck=1 is set now`);
}
