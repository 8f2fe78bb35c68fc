/** A value of ARG, ENV or LABEL: in double quotes, where a builder expands variables, which are kept from it. */
export function instructionValue(value: string): string {
  return `"${value.replaceAll(/["\\$]/g, '\\$&')}"`;
}
