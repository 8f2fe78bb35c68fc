import { hintForUnknownName, type Diagnostic } from '@immutablue/diagnostics';
import { otherPlace } from '../other-place';
import { type Located, type VariantDefinition } from '../variant-file/definition';
import { needsOf, parentOf } from './family';

type ByName = ReadonlyMap<string, VariantDefinition>;

/** Two variants with one name, or with one image name: the later build would replace the image of the earlier. */
export function checkNames(definitions: readonly VariantDefinition[]): readonly Diagnostic[] {
  return [
    ...repeated(definitions.map((definition) => definition.name)).map(({ first, second }) =>
      usedTwice(`two variants are named \`${second.value}\``, 'give one of them another name', first, second),
    ),
    ...repeated(definitions.map((definition) => definition.image)).map(({ first, second }) =>
      usedTwice(`two variants build the image \`${second.value}\``, 'give one of them another `image:`', first, second),
    ),
  ];
}

function usedTwice(message: string, hint: string, first: Located<string>, second: Located<string>): Diagnostic {
  return {
    code: 'family/duplicate-name',
    message,
    location: second.location,
    notes: [otherPlace('the other:', first.location)],
    hint,
  };
}

function repeated(values: readonly Located<string>[]): readonly { first: Located<string>; second: Located<string> }[] {
  return values.flatMap((second, index) => {
    const first = values.slice(0, index).find((other) => other.value === second.value);
    return first === undefined ? [] : [{ first, second }];
  });
}

/** A parent that is not a variant of the family. */
export function checkParents(definition: VariantDefinition, byName: ByName): readonly Diagnostic[] {
  const from = parentOf(definition);
  if (from.kind === 'upstream' || byName.has(from.name)) return [];
  return [
    {
      code: 'family/unknown-parent',
      message: `\`${definition.name.value}\` is from \`${from.name}\`, and there is no such variant`,
      location: definition.from.location,
      hint: hintForUnknownName(from.name, otherNames(definition, byName)),
    },
  ];
}

/**
 * `apply` is for variants on an upstream image: on another variant, what is applied would be there already or come out of
 * order. What an applied variant needs itself must be applied before it.
 */
export function checkApply(definition: VariantDefinition, byName: ByName): readonly Diagnostic[] {
  const [first] = definition.apply;
  if (first === undefined) return [];
  if (parentOf(definition).kind === 'variant') {
    return [
      {
        code: 'family/invalid-apply',
        message: `\`${definition.name.value}\` is from the variant \`${definition.from.value}\` and cannot apply another`,
        location: first.location,
        hint: 'remove `apply:`, or write an upstream image after `from:`',
      },
    ];
  }
  return definition.apply.flatMap((applied, index): readonly Diagnostic[] => {
    const needed = byName.get(applied.value);
    if (needed === undefined) {
      return [
        {
          code: 'family/unknown-variant',
          message: `\`${definition.name.value}\` applies \`${applied.value}\`, and there is no such variant`,
          location: applied.location,
          hint: hintForUnknownName(applied.value, otherNames(definition, byName)),
        },
      ];
    }
    const before = definition.apply.slice(0, index).map((one) => one.value);
    return needsOf(needed)
      .filter((name) => !before.includes(name) && name !== definition.name.value)
      .map((name) => ({
        code: 'family/invalid-apply',
        message: `\`${applied.value}\` builds on \`${name}\`, which is not applied before it`,
        location: applied.location,
        hint: `put \`${name}\` before \`${applied.value}\``,
      }));
  });
}

/** Platforms for which there is no parent image. */
export function checkPlatforms(definition: VariantDefinition, byName: ByName): readonly Diagnostic[] {
  const from = parentOf(definition);
  const parent = from.kind === 'variant' ? byName.get(from.name) : undefined;
  if (parent === undefined) return [];
  const covered = parent.platforms.map((platform) => platform.value);
  return definition.platforms
    .filter((platform) => !covered.includes(platform.value))
    .map((platform) => ({
      code: 'family/no-platform',
      message: `\`${definition.name.value}\` is for ${platform.value}, and its parent \`${parent.name.value}\` is not`,
      location: platform.location,
      hint: `write \`platforms: [${covered.join(', ')}]\` here, or add ${platform.value} to those of \`${parent.name.value}\``,
    }));
}

function otherNames(definition: VariantDefinition, byName: ByName): readonly string[] {
  return [...byName.keys()].filter((name) => name !== definition.name.value);
}
