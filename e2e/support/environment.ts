/** A whole number from a variable of the environment. @throws {Error} when it is set to something else. */
export function readNumber(name: string, absent: number): number {
  const text = process.env[name];
  if (text === undefined) return absent;
  if (!/^\d+$/.test(text)) throw new Error(`${name} is not a number: ${text}`);
  return Number(text);
}
