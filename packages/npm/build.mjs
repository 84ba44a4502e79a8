// Packs a binary for npm: node packages/npm/build.mjs BINARY TARGET FOLDER
//
// It writes two packages: `witkit-SYSTEM`, with the binary for one system, and `witkit`, with a script
// that runs it. `witkit` depends on the packages for all systems, of which npm installs the one that
// fits. Nothing is run at install.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// The systems by the targets of Rust.
const SYSTEMS = {
  "aarch64-apple-darwin": ["darwin", "arm64"],
  "aarch64-pc-windows-msvc": ["win32", "arm64"],
  "aarch64-unknown-linux-gnu": ["linux", "arm64"],
  "x86_64-apple-darwin": ["darwin", "x64"],
  "x86_64-pc-windows-msvc": ["win32", "x64"],
  "x86_64-unknown-linux-gnu": ["linux", "x64"],
};

const [binary, target, folder] = process.argv.slice(2);
if (!folder || !(target in SYSTEMS)) {
  console.error("usage: node packages/npm/build.mjs BINARY TARGET FOLDER");
  console.error(`TARGET is one of ${Object.keys(SYSTEMS).join(", ")}`);
  process.exit(2);
}

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

// What Cargo.toml says of the package.
const manifest = readFileSync(join(root, "Cargo.toml"), "utf8").split(/^\[/m)[1];
const said = (key) => JSON.parse(manifest.match(new RegExp(`^${key} = (".*"|\\[.*\\])$`, "m"))[1]);
const common = {
  version: said("version"),
  description: said("description"),
  keywords: said("keywords"),
  license: said("license"),
};

const place = mkdtempSync(join(tmpdir(), "witkit-npm-"));
mkdirSync(folder, { recursive: true });

function pack(name, fields, fill) {
  const inside = join(place, name);
  mkdirSync(inside);
  const json = { name, ...common, ...fields };
  writeFileSync(join(inside, "package.json"), `${JSON.stringify(json, null, 2)}\n`);
  copyFileSync(join(root, "LICENSE"), join(inside, "LICENSE"));
  fill(inside);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const options = { cwd: inside, encoding: "utf8", shell: process.platform === "win32" };
  const packed = execFileSync(npm, ["pack", "--silent", "--pack-destination", resolve(folder)], options);
  console.log(join(folder, packed.trim()));
}

try {
  const [os, cpu] = SYSTEMS[target];
  const file = os === "win32" ? "witkit.exe" : "witkit";
  pack(`witkit-${os}-${cpu}`, { os: [os], cpu: [cpu], files: [file] }, (inside) => {
    copyFileSync(binary, join(inside, file));
    chmodSync(join(inside, file), 0o755);
  });
  const all = Object.values(SYSTEMS).map(([os, cpu]) => [`witkit-${os}-${cpu}`, common.version]);
  const fields = {
    bin: { witkit: "bin/witkit.js" },
    files: ["bin"],
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(all.sort()),
  };
  pack("witkit", fields, (inside) => {
    cpSync(join(here, "bin"), join(inside, "bin"), { recursive: true });
    copyFileSync(join(here, "README.md"), join(inside, "README.md"));
  });
} finally {
  rmSync(place, { recursive: true });
}
