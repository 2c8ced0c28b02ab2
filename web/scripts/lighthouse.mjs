/**
 * Lighthouse on the list and a lot of the demo house, as it judges phones: five runs of each (or RUNS), median
 * and spread. What no noise of the machine touches must be perfect, or it exits with 1:
 * accessibility, best practices and search engines 100, layout shift at most 0.02. Performance is
 * told; it wants a quiet machine.
 *
 *   npm run lighthouse     GAVEL_BIN names the binary; a release build is what people run
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bestLot, median, withDemo } from './demo.mjs';

// Fetched when asked for: nothing that everyone has to install needs it. 13 wants a newer Node.
const lighthouse = 'lighthouse@12.8.2';
const runs = Number(process.env.RUNS ?? 5);
const shift_max = 0.02;
const flags = '--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu';

async function judge(url) {
  const args = ['--yes', lighthouse, url, '--output=json', '--quiet', `--chrome-flags=${flags}`];
  const env = { ...process.env, CHROME_PATH: process.env.CHROME_PATH ?? '/usr/bin/chromium' };
  const run = () => promisify(execFile)('npx', args, { env, maxBuffer: 64 << 20 });
  // Now and then the browser gives no trace of what it did.
  const { stdout } = await run().catch(run);
  return JSON.parse(stdout);
}

const percent = (report, category) => Math.round(report.categories[category].score * 100);

/** The audits that cost a category its full score. */
function faults(report, category) {
  return report.categories[category].auditRefs
    .filter(({ id, weight }) => weight > 0 && (report.audits[id].score ?? 1) < 1)
    .map(({ id }) => id);
}

await withDemo(async ({ url }) => {
  const pages = { list: '/', lot: `/auctions/${(await bestLot(url)).id}` };
  for (const [name, path] of Object.entries(pages)) {
    const reports = [];
    for (let run = 0; run < runs; run += 1) reports.push(await judge(url + path));
    const speeds = reports.map((report) => percent(report, 'performance'));
    const metric = (id) => median(reports.map(({ audits }) => audits[id].numericValue));
    const say = (line) => process.stdout.write(`${name}: ${line}\n`);
    say(`performance ${median(speeds)} (${speeds.toSorted((a, b) => a - b).join(', ')})`);
    const shift = Math.max(
      ...reports.map(({ audits }) => audits['cumulative-layout-shift'].numericValue),
    );
    say(
      `first paint ${Math.round(metric('first-contentful-paint'))} ms, largest ${Math.round(metric('largest-contentful-paint'))} ms, ` +
        `blocked ${Math.round(metric('total-blocking-time'))} ms, shift ${shift.toFixed(3)} of ${shift_max}`,
    );
    if (shift > shift_max) process.exitCode = 1;
    for (const category of ['accessibility', 'best-practices', 'seo']) {
      const worst = reports.reduce((a, b) => (percent(b, category) < percent(a, category) ? b : a));
      say(`${category} ${percent(worst, category)} ${faults(worst, category).join(' ')}`);
      if (percent(worst, category) < 100) process.exitCode = 1;
    }
  }
});
