// Keep the rules that a template, a form or a view names; drop pictures and fonts that are not shipped.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(process.cwd() + "/");
const { PurgeCSS } = require("purgecss");
const root = process.env.ROOT;
const desk = root + "/lawfulhold/desk";
const found = await new PurgeCSS().purge({
  content: [desk + "/templates/**/*.html", desk + "/screens/*.py", desk + "/templatetags/*.py"],
  css: [{ raw: readFileSync("whole.css", "utf8").replace(/[^{}]*\{[^{}]*url\("?img\/[^{}]*\}/g, "") }],
  fontFace: true, keyframes: true, variables: true,
});
let css = found[0].css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/@font-face\s*\{[^}]*\}/g, "");
const faces = [["regular", "normal", 400], ["italic", "italic", 400], ["bold", "normal", 700]].map(([file, style, weight]) =>
  `@font-face{font-family:"Source Sans Pro Web";font-style:${style};font-weight:${weight};font-display:swap;src:url("fonts/sourcesanspro-${file}-webfont.woff2") format("woff2")}`);
css = css.replace(/@charset "UTF-8";/, "").replace(/\s*([{};:,>])\s*/g, "$1").replace(/;}/g, "}").replace(/\s+/g, " ").trim();
writeFileSync(desk + "/static/desk/uswds.css", "/* U.S. Web Design System 3.14.0 (public domain; Source Sans Pro: SIL OFL 1.1), only what the desk uses; made by scripts/desk-style/make.sh */\n" + faces.join("\n") + "\n" + css + "\n");
