// Reads a JSON array of Markdown lines on stdin, writes the array of their HTML by the JavaScript reference.
import MarkdownIt from "markdown-it";
import cjkFriendly from "markdown-it-cjk-friendly";

const md = new MarkdownIt().use(cjkFriendly);
let input = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) input += chunk;
process.stdout.write(JSON.stringify(JSON.parse(input).map((line) => md.renderInline(line))));
