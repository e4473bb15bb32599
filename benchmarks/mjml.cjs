// Time npm mjml on a file: the first compile of the process, then the median of the others; one line of JSON.
const { readFileSync } = require("node:fs");
const mjml2html = require("mjml");

const source = readFileSync(process.argv[2], "utf8");
const times = [];
let bytes = 0;
for (let round = 0; round < Number(process.argv[3]); round += 1) {
  const begun = process.hrtime.bigint();
  bytes = Buffer.byteLength(mjml2html(source, { fonts: {}, validationLevel: "skip" }).html);
  times.push(Number(process.hrtime.bigint() - begun) / 1e6);
}
const later = times.slice(1).sort((a, b) => a - b);
process.stdout.write(JSON.stringify({ first: times[0], later: later[Math.floor(later.length / 2)], bytes }));
