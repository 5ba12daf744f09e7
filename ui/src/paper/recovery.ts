/** Picks two different groups to type back, the earlier one first. */
export function pickTwo(groups: number, random: (below: number) => number): readonly [number, number] {
  const first = random(groups);
  const second = (first + 1 + random(groups - 1)) % groups;
  return first < second ? [first, second] : [second, first];
}

/** Tells whether a group was typed back right; case, spaces and dashes do not count. */
export function matches(group: string, typed: string): boolean {
  const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return plain(group) === plain(typed);
}
