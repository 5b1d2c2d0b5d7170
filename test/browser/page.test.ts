import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.ts'
import { openBrowser } from './chromium.ts'
import { openShop, type Shop, windowOf } from './livePage.ts'

let browser: Browser
let shop: Shop

beforeAll(async () => {
  ;[browser, shop] = await Promise.all([openBrowser(), openShop()])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await shop?.close()
})

const commands = () => shop.demo.sandbox.api.list('serin.dev/v1alpha1', 'RolloutCommand', { namespace: 'shop' })

/** A run of checkout that was rolled back, if there was none yet. */
async function oneRunWentBack(): Promise<void> {
  if (!shop.demo.status('checkout')?.history.length) shop.ship('checkout', 'v3')
  await shop.until('checkout', 'checkout went back', ({ history }) => history[0]?.result === 'RolledBack')
}

/** In order: one service's story is the next one's past. */
describe('the page on the embedded cluster', () => {
  test('somebody ships a broken version by a button and sees it rolled back, with the reason', async () => {
    const { context, page, said } = await windowOf(browser, shop.url, 'ben', '/releases/shop/checkout')
    await page.getByRole('button', { name: 'Ship a broken version' }).click()
    await page.getByRole('heading', { name: 'Why it was not released' }).waitFor({ timeout: 60_000 })
    expect(await page.locator('main').textContent()).toMatch(/times the baseline's.*requests on the canary/)
    expect(shop.demo.status('checkout')?.history[0]?.result).toBe('RolledBack')
    // Who ships may not decide: the buttons are there and say why they do not work.
    const retry = page.getByRole('button', { name: 'Retry' })
    expect(await retry.getAttribute('aria-disabled')).toBe('true')
    await retry.hover()
    await page.getByRole('tooltip').getByText(/retry/).first().waitFor()
    expect(said).toEqual([])
    await context.close()
  })

  test('its report has a link of its own, and prints without controls', async () => {
    await oneRunWentBack()
    const { context, page, said } = await windowOf(browser, shop.url, 'vera', '/releases/shop/checkout/runs/1')
    await page
      .getByText(/times the baseline's/)
      .first()
      .waitFor()
    expect(await page.getByRole('link', { name: /JSON/ }).first().getAttribute('href')).toMatch(/analyses\/shop\/.*\/record/)
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('navigation').first().isVisible()).toBe(false)
    expect(await violations(page)).toEqual([])
    expect(said).toEqual([])
    await context.close()
  })

  test('from a report to its release and back, both know what was asked', async () => {
    await oneRunWentBack()
    const { context, page, said } = await windowOf(browser, shop.url, 'anna', '/releases/shop/checkout/runs/1')
    const none = page.getByText(/^Nobody gave this run a command/)
    await none.waitFor()
    await page.getByRole('link', { name: 'shop/checkout' }).click()
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
    await page.getByRole('link', { name: 'Report of run 1' }).click()
    await none.waitFor()
    expect(said).toEqual([])
    await context.close()
  })

  test('a good version is seen to be promoted, live, without anybody touching the page', async () => {
    const { context, page, said } = await windowOf(browser, shop.url, 'vera')
    const row = page.getByRole('row', { name: /mail/ })
    await row.getByText('v1', { exact: true }).waitFor()
    shop.ship('mail', 'v2')
    await row.getByText('Progressing').or(row.getByText('v2')).first().waitFor()
    await row.getByText('Healthy').waitFor({ timeout: 120_000 })
    await row.getByText('v2').first().waitFor()
    expect(said).toEqual([])
    await context.close()
  })

  test('one who may promotes by keyboard alone, and the API server stamps the name', async () => {
    shop.ship('search', 'v2')
    await shop.until('search', 'search waits for somebody', ({ run }) => run?.waiting !== undefined && run.step?.kind === 'pause')
    const viewer = await windowOf(browser, shop.url, 'vera', '/releases/shop/search')
    const refused = viewer.page.getByRole('button', { name: 'Promote', exact: true })
    expect(await refused.getAttribute('aria-disabled')).toBe('true')

    const { context, page, said } = await windowOf(browser, shop.url, 'anna', '/releases/shop/search')
    await page.getByRole('button', { name: 'Promote', exact: true }).waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
    for (let tabs = 0; tabs < 40 && !/^Promote$/.test(await focused()); tabs++) await page.keyboard.press('Tab')
    expect(await focused()).toBe('Promote')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await violations(page)).toEqual([])
    while ((await page.evaluate(() => document.activeElement?.tagName)) !== 'TEXTAREA') await page.keyboard.press('Tab')
    await page.keyboard.type('looks good to me')
    while (!/^Promote/.test(await focused())) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await shop.until('search', 'search is promoted', ({ phase, stable }) => phase === 'Healthy' && stable?.images[0] === 'search:v2')
    await page.getByRole('heading', { name: 'What serves' }).waitFor()
    const made = commands().find(({ spec }) => spec.rollout === 'search' && spec.action === 'promote')
    expect(made?.spec).toMatchObject({ reason: 'looks good to me', requestedBy: { username: 'anna' } })
    expect(made?.metadata.annotations?.['serin.dev/request-id']).toMatch(/^[\w.-]{8,64}$/)
    expect([...said, ...viewer.said]).toEqual([])
    await Promise.all([context.close(), viewer.context.close()])
  })

  test('abort asks first, with the focus on Cancel, and wants a reason; one who comes late is told what happened meanwhile', async () => {
    const promotions = () => commands().flatMap(({ spec, metadata }) => (spec.action === 'promote' ? [metadata.name] : []))
    const promoted = promotions()
    shop.ship('search', 'v3')
    await shop.until('search', 'search waits for somebody', ({ run }) => run?.step?.kind === 'pause')
    const late = await windowOf(browser, shop.url, 'anna', '/releases/shop/search')
    await late.page.getByRole('button', { name: 'Promote', exact: true }).click()
    await late.page.getByRole('dialog').waitFor()

    const { context, page, said } = await windowOf(browser, shop.url, 'anna', '/releases/shop/search')
    await page.getByRole('button', { name: 'Abort', exact: true }).waitFor()
    await page.keyboard.press('Shift+A')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel')
    await dialog.getByRole('button', { name: /Abort/ }).click()
    await dialog.getByText('Say why: others will ask.').waitFor()
    await dialog.getByRole('textbox').fill('wrong image')
    await dialog.getByRole('button', { name: /Abort/ }).click()
    await shop.until('search', 'search is aborted', ({ history }) => history[0]?.result === 'Aborted')
    // The other one's dialog says so, and its action is withdrawn.
    const confirm = late.page.getByRole('dialog').getByRole('button', { name: /Promote/ })
    await expect.poll(async () => (await confirm.count()) === 0 || (await confirm.getAttribute('aria-disabled')) === 'true').toBe(true)
    expect(promotions()).toEqual(promoted)
    expect([...said, ...late.said]).toEqual([])
    await Promise.all([context.close(), late.context.close()])
  })

  test('the stream is cut and resumed: the page says so, and misses nothing', async () => {
    const { context, page } = await windowOf(browser, shop.url, 'vera')
    await page.getByText('Live', { exact: true }).waitFor()
    await context.setOffline(true)
    await page
      .getByText(/Reconnecting|Not live/)
      .first()
      .waitFor({ timeout: 45_000 })
    shop.ship('mail', 'v1')
    await shop.until('mail', 'mail moves', ({ run }) => run !== undefined)
    await context.setOffline(false)
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 45_000 })
    await page.getByRole('row', { name: /mail/ }).getByText(/v1/).first().waitFor()
    await context.close()
  })

  test('a session that ended leads to the login and back to where one was', async () => {
    const { context, page } = await windowOf(browser, shop.url, 'vera', '/releases/shop/checkout')
    await page.getByRole('heading', { name: 'checkout' }).waitFor()
    await context.clearCookies()
    await page.goto(`${shop.url}/sources?q=prom`)
    await page.getByRole('button', { name: /anna/ }).click()
    await page
      .getByRole('heading', { name: /Sources/ })
      .first()
      .waitFor()
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/sources?q=prom')
    await context.close()
  })

  test('a test message is sent by a button and its result is followed; who may not send is told why', async () => {
    const rbac = 'rbac.authorization.k8s.io'
    const metadata = { name: 'tells', namespace: 'shop' }
    const rules = [{ apiGroups: ['serin.dev'], resources: ['notifiers'], verbs: ['patch'] }]
    const spec = { webhook: { url: 'http://hooks.example.com/a-secret-path' } }
    for (const object of [
      { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules },
      {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'tells' },
        subjects: [{ apiGroup: rbac, kind: 'User', name: 'anna' }],
      },
      { apiVersion: 'serin.dev/v1alpha1', kind: 'Notifier', metadata: { name: 'team', namespace: 'shop' }, spec },
    ])
      shop.demo.sandbox.api.create(object as never)

    const viewer = await windowOf(browser, shop.url, 'vera', '/notifiers')
    const send = { name: 'Send test by shop/team' }
    await viewer.page.getByRole('button', send).click()
    await viewer.page.getByText(/vera may not patch notifiers.serin.dev/).waitFor()
    await viewer.context.close()

    const { context, page, said } = await windowOf(browser, shop.url, 'anna')
    await page.getByRole('link', { name: 'Notifications' }).click()
    const row = page.getByRole('row', { name: /hooks\.example\.com/ })
    await page.getByRole('button', send).click()
    await row.getByText('failed', { exact: true }).waitFor({ timeout: 30_000 })
    // Nobody is there in the demo, and that is what is said.
    await row.getByText(/there is no host hooks\.example\.com/).waitFor()
    expect(await page.locator('main').textContent()).not.toContain('a-secret-path')
    await page.getByRole('button', { name: 'Show recent notifications of shop/team' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(said).toEqual([])
    await context.close()
  })

  test('no token is within the reach of the page, and the cookie is for the server alone', async () => {
    const { context, page } = await windowOf(browser, shop.url, 'anna')
    const cookies = await context.cookies()
    expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([])
    expect(cookies.length).toBeGreaterThan(0)
    const reach = await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]))
    expect(reach).not.toContain('demo-anna')
    for (const { value } of cookies) expect(reach).not.toContain(value)
    await context.close()
  })

  test('the palette finds a release and goes there', async () => {
    const { context, page, said } = await windowOf(browser, shop.url, 'vera')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('checko')
    await page
      .getByRole('option', { name: /checkout/ })
      .first()
      .click()
    await page.waitForURL('**/releases/shop/checkout')
    expect(said).toEqual([])
    await context.close()
  })

  const screens = {
    releases: '/',
    release: '/releases/shop/checkout',
    report: '/releases/shop/checkout/runs/1',
    templates: '/templates',
    sources: '/sources',
    notifiers: '/notifiers',
    statistics: '/statistics',
    settings: '/settings',
    'no such page': '/nowhere',
  }
  for (const [look, how] of Object.entries({ light: {}, dark: { dark: true }, phone: { width: 360, height: 780 } })) {
    test(`every screen is without a violation, and fits (${look})`, { timeout: 180_000 }, async () => {
      const { context, page, said } = await windowOf(browser, shop.url, 'anna', '/', how)
      const wrong: string[] = []
      for (const [name, address] of Object.entries(screens)) {
        await page.goto(`${shop.url}${address}`)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await page.waitForLoadState('networkidle').catch(() => {})
        for (const line of await violations(page)) wrong.push(`${name}: ${line}`)
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        if (over > 0) wrong.push(`${name}: ${over} px too wide`)
      }
      expect([...wrong, ...said.filter((line) => !line.includes('404'))]).toEqual([])
      await context.close()
    })
  }
})
