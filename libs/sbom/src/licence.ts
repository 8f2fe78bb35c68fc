import { createHash } from 'node:crypto';
import parseExpression from 'spdx-expression-parse';

/** A licence as SPDX has it. */
export interface LicenceExpression {
  /** Valid: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
  readonly expression: string;
  /** The `LicenseRef-…` in it, and the text that each stands for. */
  readonly references: ReadonlyMap<string, string>;
}

/**
 * What an RPM says of its licence as an expression: as it is where it is one already, and otherwise a reference to its text. Packages that
 * were not converted yet have Fedora's older short names. Undefined when it says nothing. Pure.
 */
export function licenceExpression(text: string | undefined): LicenceExpression | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const parsed = parse(text.trim());
  if (parsed === undefined) return referenceTo(text);
  const references = licencesIn(parsed).filter((name) => name.startsWith('LicenseRef-'));
  return { expression: render(parsed), references: new Map(references.map((name) => [name, name])) };
}

type Expression = ReturnType<typeof parseExpression>;

/** Undefined when it is no expression, or one that points into another document. */
function parse(text: string): Expression | undefined {
  try {
    const parsed = parseExpression(text);
    return licencesIn(parsed).some((name) => name.startsWith('DocumentRef-')) ? undefined : parsed;
  } catch {
    // The parser knows no other way to say no. What is nested too deeply is none to us.
    return undefined;
  }
}

function licencesIn(expression: Expression): string[] {
  return 'license' in expression
    ? [expression.license]
    : [...licencesIn(expression.left), ...licencesIn(expression.right)];
}

/** With operators in capitals: version 2.3 knows no others. `AND` binds more tightly than `OR`. */
function render(expression: Expression): string {
  if ('license' in expression) {
    const { license, plus, exception } = expression;
    return `${license}${plus === true ? '+' : ''}${exception === undefined ? '' : ` WITH ${exception}`}`;
  }
  const { conjunction, left, right } = expression;
  const operand = (one: Expression) =>
    conjunction === 'and' && 'conjunction' in one && one.conjunction === 'or' ? `(${render(one)})` : render(one);
  return `${operand(left)} ${conjunction.toUpperCase()} ${operand(right)}`;
}

function referenceTo(text: string): LicenceExpression {
  const words = text.replaceAll(/[^A-Za-z0-9.]+/g, '-').replace(/^-/, '');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const name = `LicenseRef-rpm-${words.slice(0, 60)}-${digest}`.replaceAll(/-+/g, '-');
  return { expression: name, references: new Map([[name, text]]) };
}
