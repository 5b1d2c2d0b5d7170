// The dashboard's first screen in a browser: how soon 5,000 releases can be worked with, and how soon a change is seen. Cluster and server are one process, the browser others.
//   npm run bench:page
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from '../../test/browser/chromium.ts'
import { openCrowd, windowOf } from '../../test/browser/livePage.ts'
import { machine } from '../machine.ts'

const releases = 5_000
const loads = 15
const changes = 200
const load = loadavg()[0] ?? 0

const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN)
}

const company = await openCrowd(releases)
const browser = await openBrowser()
const { url } = company.dashboard
const first = await windowOf(browser, url, 'anna', '/?sort=name')
const storageState = await first.context.storageState()

/** Written down inside the page, by its own clock: from the begin of the navigation until the rows are drawn and the next task gets its turn. */
const watch = `new MutationObserver((_, observer) => {
  if (!document.querySelector('tr[data-row="0"]')) return
  observer.disconnect()
  requestAnimationFrame(() => setTimeout(() => { window.ready = performance.now() }))
}).observe(document, { subtree: true, childList: true })`

const cold: number[] = []
for (let at = 0; at < loads; at++) {
  // A context of its own has an empty cache.
  const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(watch)
  await page.goto(url, { waitUntil: 'commit' })
  const ready = await page.waitForFunction(() => (window as unknown as { ready?: number }).ready)
  cold.push(Number(await ready.jsonValue()))
  await context.close()
}
console.error(`first screen: ${quantile(cold, 0.5)} ms, at most ${quantile(cold, 1)} ms`)

const { page } = first
await page.evaluate(`window.late = []
new MutationObserver((records) => {
  for (const { target, addedNodes } of records)
    for (const node of [target, ...addedNodes]) {
      const written = /written at (\\d+)/.exec(node.textContent ?? '')
      if (written && !window.late.some(([at]) => at === written[1])) window.late.push([written[1], Date.now() - Number(written[1])])
    }
}).observe(document.querySelector('tbody'), { subtree: true, childList: true, characterData: true })`)
const rows = await page.locator('tr[data-row] a').evaluateAll((links) => links.slice(0, 10).map((link) => link.getAttribute('title') ?? ''))
for (let at = 0; at < changes; at++) {
  const [namespace, name = ''] = (rows[at % rows.length] ?? '').split('/')
  const rollout = company.sandbox.api.get('serin.dev/v1alpha1', 'Rollout', namespace, name)
  if (!rollout) throw new Error(`no ${namespace}/${name}`)
  const { status } = rollout as { status?: Record<string, unknown> }
  company.sandbox.api.update({ ...rollout, status: { ...status, run: undefined, message: `written at ${Date.now()}` } } as never, {
    subresource: 'status',
  })
  await page.waitForTimeout(50)
}
await page.waitForTimeout(1_000)
const late = (await page.evaluate('window.late')) as [string, number][]
const delays = late.map(([, ms]) => ms)
console.error(`${delays.length} of ${changes} changes seen; after ${quantile(delays, 0.5)} ms, p95 ${quantile(delays, 0.95)} ms`)

const filters: number[] = []
for (const word of ['cart-', 'search-1', 'team-07', 'mail-33', 'order-8', 'stock', 'price-2', 'login-4', 'image-5', 'review-9']) {
  const began = performance.now()
  await page.getByRole('searchbox').fill(word)
  await page.waitForFunction((sought) => document.querySelector('tr[data-row="0"]')?.textContent?.includes(sought), word, {
    polling: 'raf',
  })
  filters.push(performance.now() - began)
}
await browser.close()
await company.close()

const results = {
  page: {
    releases,
    loads,
    interactiveMs: quantile(cold, 0.5),
    interactiveMostMs: quantile(cold, 1),
    changes,
    seen: delays.length,
    seenMs: quantile(delays, 0.5),
    seenP95Ms: quantile(delays, 0.95),
    filterMs: quantile(filters, 0.5),
    filterMostMs: quantile(filters, 1),
    load: Math.round(load * 10) / 10,
  },
}
console.log(JSON.stringify(results, null, 2))
writeFileSync(join(import.meta.dirname, '..', 'results', 'page.json'), `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`)
process.exit(0)
