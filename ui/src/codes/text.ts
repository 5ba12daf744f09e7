import type { AccountView } from "../ipc";

/** Spells a code character by character, as it should be read aloud. */
export function spelled(code: string): string {
  return [...code].join(" ");
}

/** Tells whether the command key stands for Ctrl. */
export function onMac(): boolean {
  return /^Mac/.test(navigator.platform);
}

/** Names an account in one line. */
export function who(account: Pick<AccountView, "issuer" | "name">, unnamed: string): string {
  return [account.issuer, account.name].filter((part) => part !== "").join(", ") || unnamed;
}

/** Puts pinned accounts first; in each group those that were moved, then by name in the order of the person's language. */
export function ordered(accounts: readonly AccountView[], tag: string): readonly AccountView[] {
  const { compare } = new Intl.Collator(tag, { numeric: true, sensitivity: "base" });
  const key = (account: AccountView): string => account.issuer || account.name;
  return accounts.toSorted(
    (a, b) =>
      Number(b.pinned) - Number(a.pinned) || byPlace(a, b) || compare(key(a), key(b)) || compare(a.name, b.name),
  );
}

function byPlace({ position: a }: AccountView, { position: b }: AccountView): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

/** Puts a row at another place of the list, but not among those that are pinned when it is not, or the other way round. */
export function movedTo(accounts: readonly AccountView[], id: string, place: number): readonly AccountView[] {
  const moved = accounts.find((account) => account.id === id);
  if (!moved) return accounts;
  const others = accounts.filter((account) => account !== moved);
  const pinned = others.filter((account) => account.pinned).length;
  const [first, last] = moved.pinned ? [0, pinned] : [pinned, others.length];
  return others.toSpliced(Math.min(Math.max(place, first), last), 0, moved);
}

/** Names what the shell needs to keep a row where it is: the rows above back to one that has a place, and the one below. */
export function neighbours(accounts: readonly AccountView[], id: string): { above: string[]; below: string | null } {
  const pinned = accounts.find((account) => account.id === id)?.pinned;
  const group = accounts.filter((account) => account.pinned === pinned);
  const at = group.findIndex((account) => account.id === id);
  const placed = group.findLastIndex((account, place) => place < at && account.position !== null);
  return { above: group.slice(Math.max(0, placed), at).map((account) => account.id), below: group[at + 1]?.id ?? null };
}

/** Picks one of twelve hues for a name, always the same one. */
export function hue(name: string): number {
  let sum = 0;
  for (const letter of name.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % 12) * 30;
}
