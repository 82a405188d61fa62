// Writes the files of a built page as a C++ source: their bytes, plain and compressed, with path, type and hash.
// The style sheet goes into the page itself: a slow phone then draws the shell one round trip earlier.
// usage: node embed.mjs FOLDER OUTPUT.cpp
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  }).sort();
}

/** Bytes as an array of character literals, because string literals have a length limit and arrays have not. */
function arrayOf(name, bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 24) {
    lines.push([...bytes.subarray(at, at + 24)].map((byte) => `'\\x${byte.toString(16).padStart(2, "0")}',`).join(""));
  }
  return `constexpr char ${name}[] = {\n${lines.join("\n")}};\n`;
}

function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

/** The page with its style sheet inside, and the hash that a Content-Security-Policy knows that by (CSP 3, 8.3). */
function withStyle(html, folder) {
  const link = /<link rel="stylesheet"[^>]*href="\/([^"]+)">/.exec(html);
  if (!link) throw new Error("index.html has no style sheet");
  const style = readFileSync(join(folder, link[1]), "utf8").trim();
  if (style.includes("</")) throw new Error("the style sheet would end its element");
  const hash = createHash("sha256").update(style).digest("base64");
  return { html: html.replace(link[0], () => `<style>${style}</style>`), hash, file: link[1] };
}

const [folder, output] = process.argv.slice(2);
const page = withStyle(readFileSync(join(folder, "index.html"), "utf8"), folder);
const arrays = [];
const rows = [];
let total = 0;
for (const [number, file] of filesBelow(folder).entries()) {
  const name = relative(folder, file).split(sep).join("/");
  if (name === page.file) continue;
  const bytes = name === "index.html" ? Buffer.from(page.html) : readFileSync(file);
  const type = TYPES[extname(file)];
  if (!type) throw new Error(`${name}: embed.mjs knows no content type for this ending`);
  const codings = { Identity: bytes, Gzip: gzipSync(bytes, { level: 9 }), Brotli: brotli(bytes) };
  total += Math.min(...Object.values(codings).map((coded) => coded.length));
  const views = Object.entries(codings).map(([coding, coded]) => {
    if (coding !== "Identity" && coded.length >= bytes.length) return "{}";
    arrays.push(arrayOf(`k${coding}${number}`, coded));
    return `{k${coding}${number}, sizeof(k${coding}${number})}`;
  });
  const path = name === "index.html" ? "/" : `/${name}`;
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const style = path === "/" ? page.hash : "";
  rows.push(`    {"${path}", "${type}", "${hash}", ${path.startsWith("/assets/")}, "${style}",\n     ${views.join(", ")}},`);
}
const LIMIT = 120 * 1024;
if (total > LIMIT) throw new Error(`the page has ${total} bytes compressed, more than ${LIMIT}`);

mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, `// Made by web/embed.mjs. Do not edit.
#include "rest/page_assets.hpp"

namespace invoicing::rest {

namespace {

${arrays.join("\n")}
constexpr PageAsset kAssets[] = {
${rows.join("\n")}
};

}  // namespace

std::span<const PageAsset> page_assets() {
  return kAssets;
}

}  // namespace invoicing::rest
`);
