/** Groups a code for the eye: `492 013`, `492 0134`, `4920 1345`; five and fewer stay whole. */
export function grouped(code: string): string {
  if (code.length <= 5) return code;
  if (code.length === 9) return [code.slice(0, 3), code.slice(3, 6), code.slice(6)].join(" ");
  const middle = Math.floor(code.length / 2);
  return `${code.slice(0, middle)} ${code.slice(middle)}`;
}

/** Covers a code with dots in the same groups. */
export function dotted(code: string): string {
  return grouped(code).replace(/\S/gu, "•");
}
