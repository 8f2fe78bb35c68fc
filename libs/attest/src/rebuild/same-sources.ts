import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { keysOf, type BuildPlan } from '@immutablue/plan';
import { kindOfMaterial, materialsOf, type MaterialPlaces } from '../provenance/materials';
import type { Resource, Statement } from '../provenance/statement';

/** More would not help: the commit has them all. */
const SHOWN = 10;

/**
 * Requires that a plan reads what a provenance says was read.
 *
 * @throws {DiagnosticError} `attest/other-sources`, naming what differs and the commit to check out.
 */
export function requireSameSources(statement: Statement, plan: BuildPlan, places: MaterialPlaces): void {
  const { resolvedDependencies, internalParameters } = statement.predicate.buildDefinition;
  const attested = resolvedDependencies.filter((one) => !ADDED.includes(kindOfMaterial(one)));
  const notes = differences(attested, materialsOf(plan, places));
  const isSameBuild = keysOf(plan, places.depBuilderImages).rest === internalParameters.buildKeys.rest;
  if (notes.length === 0 && isSameBuild) return;
  const more = notes.length > SHOWN ? [`… and ${notes.length - SHOWN} more`] : [];
  throw new DiagnosticError({
    code: 'attest/other-sources',
    message: `the image of \`${plan.variant}\` was not built from what is in this working tree`,
    notes:
      notes.length === 0
        ? ['its files are the same; lists, settings of nx.json or modes of files are not']
        : [...notes.slice(0, SHOWN), ...more],
    ...hint(statement),
  });
}

/** What a plan knows nothing of. */
const ADDED: readonly (string | undefined)[] = ['parent configuration', 'parent image', 'workspace'];

function differences(attested: readonly Resource[], present: readonly Resource[]): readonly string[] {
  const [before, now] = [byName(attested), byName(present)];
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return names.flatMap((name) => {
    const [old, present] = [before.get(name), now.get(name)];
    if (old === present) return [];
    if (old === undefined) return [`${name} is new here`];
    return [present === undefined ? `${name} is not here` : `${name} is another one`];
  });
}

function byName(resources: readonly Resource[]): ReadonlyMap<string, string> {
  return new Map(
    resources.map((one) => [`${kindOfMaterial(one) ?? ''} ${one.name ?? ''}`, JSON.stringify(one.digest)]),
  );
}

function hint({ predicate }: Statement): Pick<Diagnostic, 'hint'> {
  const { workspace } = predicate.buildDefinition.internalParameters;
  switch (workspace.state) {
    case 'clean':
      return { hint: `check it out: \`git checkout ${workspace.commit}\`` };
    case 'modified':
      return { hint: `it was built from changes on \`${workspace.commit}\` which are in no commit` };
    case 'not in git':
      return { hint: 'it was built from files that were not in git' };
  }
}
