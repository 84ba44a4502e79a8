#!/usr/bin/env node
// Runs the binary of the package for this system, which npm has installed beside this one.
"use strict";

const { spawnSync } = require("node:child_process");

const system = `${process.platform}-${process.arch}`;
const name = `witkit-${system}`;
const file = process.platform === "win32" ? "witkit.exe" : "witkit";

let binary;
try {
  binary = require.resolve(`${name}/${file}`);
} catch {
  console.error(
    `error: cannot find the package \`${name}\` with the binary for this system\n` +
      "help: reinstall witkit without `--omit=optional`; if there is no such package, build witkit with Cargo",
  );
  process.exit(2);
}

const ran = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (ran.error) {
  console.error(`error: cannot run \`${binary}\`: ${ran.error.message}`);
  process.exit(2);
}
if (ran.signal) {
  process.kill(process.pid, ran.signal);
}
process.exit(ran.status ?? 2);
