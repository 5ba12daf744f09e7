// Writes icons/issuers from the npm package `simple-icons` (CC0-1.0), unpacked somewhere:
//
//     npm pack simple-icons@16.37.0 && tar xzf simple-icons-16.37.0.tgz
//     node scripts/issuers.mjs package
//
// It takes the icons named in issuers.txt that the package still has; one with a licence of its own other than CC0 is
// left out. `names.txt` gets a line for each: slug, title, other names and the domains of its owner, between tabs.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [from] = process.argv.slice(2);
const here = import.meta.dirname;
const to = join(here, "../../icons/issuers");
const wanted = new Set(readFileSync(join(here, "issuers.txt"), "utf8").split(/\s+/).filter(Boolean));
const known = JSON.parse(readFileSync(join(from, "data/simple-icons.json"), "utf8"));

mkdirSync(to, { recursive: true });
for (const file of readdirSync(to)) if (/\.(svg|txt)$/.test(file)) rmSync(join(to, file));

const lines = [];
for (const icon of known) {
  if (!wanted.delete(icon.slug) || (icon.license && icon.license.type !== "CC0-1.0")) continue;
  const drawn = /<path d="([^"]+)"\/>/.exec(readFileSync(join(from, `icons/${icon.slug}.svg`), "utf8"));
  if (!drawn) throw new Error(`${icon.slug} is drawn in another way`);
  writeFileSync(join(to, `${icon.slug}.svg`), `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${drawn[1]}"/></svg>\n`);
  lines.push([icon.slug, icon.title, aliases(icon).join("|"), domains(icon).join("|")].join("\t"));
}
writeFileSync(join(to, "names.txt"), `${lines.sort().join("\n")}\n`);
console.log(`${lines.length} icons; not in the package: ${[...wanted].join(" ")}`);

function aliases({ aliases = {} }) {
  return [...(aliases.aka ?? []), ...(aliases.old ?? [])];
}

/** Takes an address for the owner's own only if it bears the name: many sources lie with somebody else. */
function domains({ slug, source, guidelines }) {
  const hosts = [source, guidelines].filter(Boolean).map((address) => new URL(address).hostname);
  const own = hosts.map((host) => host.split(".").slice(-2).join(".")).filter((host) => host.split(".")[0] === slug);
  return [...new Set([...own, ...(slug.includes("dot") ? [slug.replace("dot", ".")] : [])])];
}
