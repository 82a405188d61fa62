// Lighthouse on each view. usage: node run.mjs URL
import * as launcher from "chrome-launcher";
import lighthouse from "lighthouse";

const LEAST = 95;
const VIEWS = ["", "#/days", "#/invoices", "#/new", "#/health"];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const url = process.argv[2];
const chrome = await launcher.launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
});
let low = 0;
try {
  for (const view of VIEWS) {
    const { lhr } = await lighthouse(`${url}/${view}`, { port: chrome.port, onlyCategories: CATEGORIES, logLevel: "error" });
    const scores = CATEGORIES.map((name) => `${name} ${Math.round((lhr.categories[name]?.score ?? 0) * 100)}`);
    const paint = lhr.audits["first-contentful-paint"]?.displayValue;
    console.log(`${view || "#/today"}: ${scores.join(", ")}; first paint ${paint}`);
    for (const name of CATEGORIES) {
      if ((lhr.categories[name]?.score ?? 0) * 100 >= LEAST) continue;
      low += 1;
      for (const { id } of lhr.categories[name]?.auditRefs ?? []) {
        const audit = lhr.audits[id];
        if (audit.score !== null && audit.score < 0.9) console.log(`  ${name}: ${audit.title} ${audit.displayValue ?? ""}`);
      }
    }
  }
} finally {
  await chrome.kill();
}
process.exitCode = low > 0 ? 1 : 0;
