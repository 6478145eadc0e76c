// Puts the third-party files the pages load into training/web/static/vendor/: htmx, its SSE extension and one
// sprite of the icons named in icons.txt. Run by `npm run vendor` after `npm ci`.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const packages = new URL("../node_modules/", import.meta.url);
const vendor = new URL("../training/web/static/vendor/", import.meta.url);

function symbol(name) {
  const drawing = readFileSync(new URL(`lucide-static/icons/${name}.svg`, packages), "utf8");
  const shapes = drawing.match(/<svg[^>]*>(.*)<\/svg>/s)[1].replace(/\s+/g, " ").trim();
  const pen = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${pen}>${shapes}</symbol>`;
}

const names = readFileSync(new URL("icons.txt", import.meta.url), "utf8").trim().split("\n");
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${names.map(symbol).join("\n")}\n</svg>\n`;

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
copyFileSync(new URL("htmx.org/dist/htmx.min.js", packages), new URL("htmx.min.js", vendor));
copyFileSync(new URL("htmx.org/dist/ext/hx-sse.min.js", packages), new URL("hx-sse.min.js", vendor));
writeFileSync(new URL("icons.svg", vendor), sprite);
