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

/** Puts pinned accounts first, then by name in the order of the person's language. */
export function ordered(accounts: readonly AccountView[], tag: string): readonly AccountView[] {
  const { compare } = new Intl.Collator(tag, { numeric: true, sensitivity: "base" });
  const key = (account: AccountView): string => account.issuer || account.name;
  return accounts.toSorted(
    (a, b) => Number(b.pinned) - Number(a.pinned) || compare(key(a), key(b)) || compare(a.name, b.name),
  );
}

/** Picks one of twelve hues for a name, always the same one. */
export function hue(name: string): number {
  let sum = 0;
  for (const letter of name.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % 12) * 30;
}
