// Opens the pages of a running site in Chromium: axe-core over every kind of page, Lighthouse over those that matter most.
//     node check.mjs http://127.0.0.1:8000
// Lighthouse has to give 100 in every category, the best of three; forms need no search engines. LIGHTHOUSE=no leaves it out.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import * as launcher from "chrome-launcher";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const [site] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const faults = [];

/** One path of each shape: numbers and slugs are the same in all. */
async function kinds() {
  const index = await (await fetch(`${site}/sitemap.xml`)).text();
  const locations = (xml) => [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map((found) => new URL(found[1]).pathname);
  const shapes = new Map();
  for (const sitemap of locations(index)) {
    for (const path of locations(await (await fetch(site + sitemap)).text())) {
      const shape = path.replace(/\d+(-[^/]*)?/g, "N");
      if (!shapes.has(shape)) shapes.set(shape, path);
    }
  }
  return [...shapes.values()];
}

const chrome = await launcher.launch({
  chromePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
});
try {
  const paths = await kinds();
  const forms = (process.env.FORMS ?? "/uzivatel/prihlaseni/ /registrace/ /uzivatel/reset-hesla/ /hledat/").split(" ");
  const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}` });
  for (const path of [...paths, ...forms, "/404.html"]) {
    const page = await browser.newPage();
    await page.setBypassCSP(true);
    const answer = await page.goto(site + path, { waitUntil: "load" });
    if (answer.status() !== 200) faults.push(`${path}: ${answer.status()}`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    for (const { id, help, nodes } of violations) faults.push(`${path}: axe: ${id}: ${help}: ${nodes[0].html}`);
    await page.close();
  }
  console.log(`axe-core: ${paths.length + forms.length + 1} pages`);
  await browser.disconnect();

  const best = async (path, categories) => {
    const scores = {};
    for (let round = 0; round < 3; round++) {
      const { lhr } = await lighthouse(site + path, { port: chrome.port, onlyCategories: categories, logLevel: "error" });
      for (const category of categories) {
        const score = Math.round(100 * lhr.categories[category].score);
        scores[category] = Math.max(scores[category] ?? 0, score);
      }
      if (categories.every((category) => scores[category] === 100)) break;
    }
    console.log(`lighthouse: ${path}: ${JSON.stringify(scores)}`);
    for (const [category, score] of Object.entries(scores)) {
      if (score < 100) faults.push(`${path}: lighthouse: ${category} is ${score}`);
    }
  };
  if (process.env.LIGHTHOUSE !== "no") {
    const all = ["performance", "accessibility", "best-practices", "seo"];
    const article = paths.find((path) => /^\/rubriky\/clanky\/\d/.test(path)) ?? paths.find((path) => /\d-/.test(path));
    for (const path of ["/", "/rubriky/clanky/", article]) await best(path, all);
    for (const path of forms) await best(path, all.slice(0, 3));
  }
} finally {
  await chrome.kill();
}
for (const fault of faults) console.error(`error: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
