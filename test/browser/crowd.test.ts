import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Obj } from '../../sandbox/src/types.ts'
import { openBrowser } from './chromium.ts'
import { statusOf } from './crowd.ts'
import { openCrowd, windowOf } from './livePage.ts'

let browser: Browser
let company: Awaited<ReturnType<typeof openCrowd>>

const count = 5_000

beforeAll(async () => {
  ;[browser, company] = await Promise.all([openBrowser(), openCrowd(count)])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await company?.close()
})

const hostile = '<img src=x onerror=alert(1)>'

function write(namespace: string, name: string, change: (was: Obj) => object): void {
  const was = company.sandbox.api.get('serin.dev/v1alpha1', 'Rollout', namespace, name)
  if (!was) throw new Error(`no ${namespace}/${name}`)
  company.sandbox.api.update({ ...was, status: change(was) } as Obj, { subresource: 'status' })
}

test('of 5,000 releases only those in sight are drawn, and one can scroll to the last', { timeout: 120_000 }, async () => {
  const { context, page, said } = await windowOf(browser, company.dashboard.url, 'anna', '/?sort=name')
  await page.getByText('5000 releases').waitFor()
  expect(await page.getByRole('row').count()).toBeLessThan(80)
  expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('5001')
  for (let scrolls = 0; scrolls < 100; scrolls++) {
    if ((await page.locator('tr[aria-rowindex="5001"]').count()) > 0) break
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await page.waitForTimeout(60)
  }
  expect(await page.locator('tr[aria-rowindex="5001"]').count()).toBe(1)
  expect(await page.getByRole('row').count()).toBeLessThan(80)
  expect(said).toEqual([])
  await context.close()
})

test('what is written into names, images and reasons is shown as text', async () => {
  write('team-00', 'cart-0', ({ status }) => {
    const text = JSON.stringify({ ...statusOf('cart-0', 0.98, Date.now()), message: hostile })
    return {
      ...JSON.parse(text.replaceAll('registry.example/cart-0', hostile).replaceAll('somebody to promote it', hostile)),
      observedGeneration: status?.observedGeneration,
    }
  })
  const { context, page, said } = await windowOf(browser, company.dashboard.url, 'anna', '/?q=cart-0&namespace=team-00')
  await page.getByText(hostile).first().waitFor()
  for (const address of [
    '/releases/team-00/cart-0',
    `/releases/${encodeURIComponent(hostile)}/x`,
    `/?q=${encodeURIComponent(hostile)}`,
    `/templates/Namespace/${encodeURIComponent(hostile)}/x`,
  ]) {
    await page.goto(`${company.dashboard.url}${address}`)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await page.waitForTimeout(300)
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  }
  expect(said.filter((line) => !/404|400/.test(line))).toEqual([])
  await context.close()
})

test('a filter is in the address, and another window with that address shows the same', async () => {
  const { context, page } = await windowOf(browser, company.dashboard.url, 'anna')
  await page.getByText('5000 releases').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('cart team-10')
  await page.getByText(/of 5000 releases/).waitFor()
  await page.getByLabel('State').selectOption('Healthy')
  await expect.poll(() => page.url()).toContain('phase=Healthy')
  const [shown] = await page.getByText(/of 5000 releases/).allTextContents()
  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByText(shown ?? '').waitFor()
  await context.close()
})
