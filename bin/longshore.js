#!/bin/sh
':' //; exec node -- "$0" "$@"
// To a shell the line above is a command, to Node a word and a comment. Node takes flags such as --env-file for its own
// wherever they stand, and looks for none behind --.
import { existsSync } from 'node:fs';

// An installed package holds dist/, compiled; a checkout runs its sources, which Node reads since 22.18.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const compiled = new URL('../dist/src/cli/main.js', import.meta.url);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`longshore: needs Node 22.18 or later, this is ${process.versions.node}`);
  process.exitCode = 2;
} else {
  if (process.argv[2] === 'serve') keepYoungSmall();
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const { main } = await import(existsSync(source) ? source.href : compiled.href);
  process.exitCode = await main(process.argv.slice(2));
}

/**
 * Left to itself, the space for new objects grows to 128 MiB in a server under load, for nothing: at 32 it is as fast. It
 * can only be bounded before Node starts, so this process becomes another, with the same pid. Not where a socket was
 * handed over: the other would not have it; such a server's NODE_OPTIONS can say the same.
 */
function keepYoungSmall() {
  const flag = '--max-semi-space-size';
  const given = `${process.execArgv} ${process.env.NODE_OPTIONS}`;
  if (given.includes(flag) || process.env.LISTEN_FDS || process.execve === undefined) return;
  const [node, script, ...args] = process.argv;
  process.execve(node, [node, ...process.execArgv, `${flag}=16`, '--', script, ...args], process.env);
}
