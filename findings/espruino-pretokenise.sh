#!/bin/sh
# "Pretokenise" of the npm package espruino 0.1.67 (the setting PRETOKENISE: 2 of the Web IDE and the command line) writes other programs than
# it reads, and its way back reads other programs than were written:
# - White space between two operators is left out: `a - -b` becomes `a--b`, `a + +b` becomes `a++b`.
# - A minus is drawn into the number that follows, also where a method of the number is called: `x=-5..toFixed(1)`, the number -5, becomes
#   the text "-5.0".
# - `atob("…")` is worked out beforehand, also where `atob(` is the end of a longer name: `myatob("aGk=")` becomes `my` and a string.
# - `untokenise` reads a negative integer as its byte or two bytes: `f(-5)` comes back as `f(251)`, `f(-300)` as `f(65236)`.
# - `isTokenised` is false for every program that has a token for a string or an integer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund espruino@0.1.67 >/dev/null 2>&1
cat > run.cjs <<'PROGRAM'
const espruino = require('espruino');
const print = console.log;
console.log = console.error = () => {};
/** Bytes from 128 on, and control characters, as numbers. */
const visible = (text) => text.replace(/[^ -~]/g, (each) => `<${each.charCodeAt(0)}>`);
// Each program with its tokens, what the tokens are turned back into, and whether they are taken for tokens.
const seen = [
  ['x=a - -b;', 'x=a--b;', 'x=a--b;', true],
  ['x=a + +b;', 'x=a++b;', 'x=a++b;', true],
  ['x=-5..toFixed(1)', 'x=<212><251>.toFixed(<212><1>)', 'x=251.toFixed(1)', false],
  ['myatob("aGk=")', 'my<209><2>hi', 'my "hi"', false],
  ['f(-5)', 'f(<212><251>)', 'f(251)', false],
  ['f(-300)', 'f(<213><212><254>)', 'f(65236)', false],
  ['f(x)', 'f(x)', 'f(x)', true],
];
espruino.init(() => {
  Espruino.Config.PRETOKENISE = 2;
  const { isTokenised, tokenise, untokenise } = Espruino.Plugins.Pretokenise;
  let same = true;
  for (const [program, ...expected] of seen) {
    const tokens = tokenise(program);
    const found = [visible(tokens), untokenise(tokens), isTokenised(tokens)];
    print(`${program} -> ${found[0]} -> ${found[1]} (tokens: ${found[2]})`);
    same &&= found.join() === expected.join();
  }
  process.exit(same ? 0 : 1);
});
PROGRAM
node run.cjs
