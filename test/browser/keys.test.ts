import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

const focused = () => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()

test('keys move through the list, select, search and lead to other screens', async () => {
  const { context, page, said } = await windowOf(browser, shop.url, 'anna')
  await page.getByRole('row', { name: /mail/ }).waitFor()
  const names = await page.locator('tbody tr th a').allTextContents()
  await page.keyboard.press('j')
  await expect.poll(() => page.evaluate(focused)).toBe(names[0])
  await page.keyboard.press('j')
  await expect.poll(() => page.evaluate(focused)).toBe(names[1])
  await page.keyboard.press('x')
  const second = page.locator('tbody tr', { has: page.getByRole('link', { name: names[1] ?? '', exact: true }) }).getByRole('checkbox')
  await expect.poll(() => second.isChecked()).toBe(true)
  // A checkbox that has the focus is no field to write in.
  await second.focus()
  await page.keyboard.press('k')
  await expect.poll(() => page.evaluate(focused)).toBe(names[0])

  await page.keyboard.press('/')
  const field = page.getByRole('searchbox')
  await expect.poll(() => field.evaluate((it) => it === document.activeElement)).toBe(true)
  await page.keyboard.type('g t/?')
  expect(await field.inputValue()).toBe('g t/?')
  await page.getByRole('heading', { name: 'Releases', level: 1 }).focus()
  await field.blur()
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.waitForURL('**/templates')
  expect(said).toEqual([])
  await context.close()
})

test('the help lists the shortcuts of the screen, and gives the focus back', async () => {
  const { context, page, said } = await windowOf(browser, shop.url, 'anna')
  await page.getByRole('row', { name: /mail/ }).waitFor()
  const before = await page.locator('tbody tr th a').first().textContent()
  await page.keyboard.press('j')
  await expect.poll(() => page.evaluate(focused)).toBe(before)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await help.getByText('Next release').waitFor()
  await help.getByText('G then T').waitFor()
  expect(await violations(page)).toEqual([])
  // Keys belong to what lies over the page.
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  expect(new URL(page.url()).pathname).toBe('/')
  await expect.poll(() => page.evaluate(focused)).toBe(before)
  expect(said).toEqual([])
  await context.close()
})

test('the palette is opened by its button, is clean, and is closed by its keys', async () => {
  const { context, page, said } = await windowOf(browser, shop.url, 'anna', '/sources')
  const button = page.getByRole('button', { name: /^Search/ })
  await button.click()
  const palette = page.getByRole('dialog')
  await palette
    .getByRole('option', { name: /checkout/ })
    .first()
    .waitFor()
  expect(await palette.getByRole('combobox').evaluate((it) => it === document.activeElement)).toBe(true)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Control+k')
  await palette.waitFor({ state: 'detached' })
  await expect.poll(() => button.evaluate((it) => it === document.activeElement)).toBe(true)
  // Where the screen has no field for searching, the palette is it; what is written before it is loaded is kept.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('theme dark')
  await palette.getByRole('option', { name: /Dark/ }).waitFor()
  await page.keyboard.press('Enter')
  await palette.waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  expect(said).toEqual([])
  await context.close()
})

test('an action of the palette asks first with the focus where it belongs; one who may not hears why', async () => {
  shop.ship('search', 'v2')
  await shop.until('search', 'search waits for somebody', ({ run }) => run?.step?.kind === 'pause')
  const { context, page, said } = await windowOf(browser, shop.url, 'anna', '/releases/shop/search')
  await page.getByRole('button', { name: 'Abort', exact: true }).waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('abort')
  await page.getByRole('option', { name: /Abort search/ }).waitFor()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: /Abort search/ })
  await dialog.waitFor()
  await expect.poll(() => page.evaluate(focused)).toBe('Cancel')
  // It keeps the focus, and nothing opens over it.
  await page.waitForTimeout(300)
  expect(await page.evaluate(focused)).toBe('Cancel')
  await page.keyboard.press('Control+k')
  expect(await page.getByRole('dialog').count()).toBe(1)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  const viewer = await windowOf(browser, shop.url, 'vera', '/releases/shop/search')
  await viewer.page.getByRole('button', { name: 'Abort', exact: true }).waitFor()
  await viewer.page.keyboard.press('Shift+A')
  await viewer.page
    .getByRole('list', { name: 'Messages' })
    .getByText(/right|may not/)
    .waitFor()
  expect(await viewer.page.getByRole('dialog').count()).toBe(0)
  expect([...said, ...viewer.said]).toEqual([])
  await Promise.all([context.close(), viewer.context.close()])
})

test('single keys can be turned off; those with Ctrl stay', async () => {
  const { context, page, said } = await windowOf(browser, shop.url, 'anna', '/settings')
  await page.getByRole('checkbox', { name: 'Single keys are shortcuts' }).click()
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.keyboard.press('?')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('shortcuts')
  await page.getByRole('option', { name: 'Keyboard shortcuts' }).click()
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await help.getByText(/Single keys are off/).waitFor()
  expect(await help.getByText('G then T').count()).toBe(0)
  expect(await help.getByText('Ctrl K').count()).toBe(1)
  expect(new URL(page.url()).pathname).toBe('/settings')
  expect(said).toEqual([])
  await context.close()
})
