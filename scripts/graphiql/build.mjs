// Builds app/web/graphiql/static and app/web/graphiql/page.html. Same input, same bytes.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, "src");
const target = path.resolve(here, "../../app/web/graphiql");
const modules = path.join(here, "node_modules");

// GraphiQL's style sheet carries 380 kB of fonts; app.css names those that the page uses.
const withoutFonts = {
  name: "without-fonts",
  setup({ onLoad }) {
    onLoad({ filter: /graphiql\/dist\/style\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, "utf8");
      return { contents: css.replace(/@font-face\s*\{[^}]*\}/g, ""), loader: "css" };
    });
  },
};

const { metafile, outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: { main: path.join(source, "main.jsx"), favicon: path.join(source, "favicon.svg") },
  outdir: path.join(target, "static"),
  bundle: true,
  minify: true,
  splitting: true,
  write: false,
  metafile: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".svg": "copy", ".woff2": "file" },
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  alias: { "react-style-singleton": path.join(source, "style-singleton.js") },
  plugins: [withoutFonts],
  logLevel: "warning",
});

// The page links one style sheet, which holds every module's; what lazily loaded modules would bring is in it.
const outputs = Object.entries(metafile.outputs).map(([file, output]) => ({ name: path.basename(file), ...output }));
const entry = (name) => outputs.find((output) => output.entryPoint && output.name.startsWith(`${name}-`) && !output.name.endsWith(".css"));
const main = entry("main");
const style = path.basename(main.cssBundle);
const kept = outputFiles.filter((file) => !file.path.endsWith(".css") || path.basename(file.path) === style);

await rm(path.join(target, "static"), { recursive: true, force: true });
await mkdir(path.join(target, "static"), { recursive: true });
for (const file of kept) await writeFile(file.path, file.contents);

const preload = main.imports
  .filter((each) => each.kind === "import-statement" && !each.external)
  .map((each) => `<link rel="modulepreload" href="graphiql/static/${path.basename(each.path)}">`);
const values = {
  favicon: entry("favicon").name,
  style,
  preloads: preload.join("\n    "),
  main: main.name,
};
const page = await readFile(path.join(source, "page.html"), "utf8");
await writeFile(path.join(target, "page.html"), page.replace(/\{(\w+)\}/g, (_, name) => values[name]));
await writeFile(path.join(target, "static", "LICENSES.txt"), await licenses());

const bytes = kept.reduce((sum, file) => sum + file.contents.length, 0);
console.log(`${kept.length} files, ${Math.round(bytes / 1000)} kB`);

async function licenses() {
  const names = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
    if (match) names.add(match[1]);
  }
  const texts = await Promise.all([...names].sort().map(license));
  return `The files in this folder are built from these packages.\n\n${texts.join("\n")}`;
}

async function license(name) {
  const folder = path.join(modules, name);
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((each) => /^(licen[cs]e|copying)(\.|-|$)/i.test(each));
  const text = file ? await readFile(path.join(folder, file), "utf8") : `Licensed under ${about.license}.\n`;
  return `${"=".repeat(80)}\n${name} ${about.version} (${about.license})\n${"=".repeat(80)}\n${text.trim()}\n`;
}
