import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.ts'
import { openBrowser, openWindow, sameLetters } from './chromium.ts'
import { difference } from './pictures.ts'
import { serveFolder } from './staticFiles.ts'

const looks = {
  light: { width: 1280 },
  dark: { width: 1280, dark: true },
  phone: { width: 360, height: 780 },
} as const

let browser: Browser
let files: Awaited<ReturnType<typeof serveFolder>>
const pages = {} as Record<keyof typeof looks, Page>
let names: string[]

beforeAll(async () => {
  const web = join(import.meta.dirname, '../../web')
  process.env.GALLERY = '1'
  const outDir = join(import.meta.dirname, '../../node_modules/.cache/serin/gallery')
  await build({ configFile: join(web, 'vite.config.ts'), logLevel: 'warn', build: { outDir } })
  files = await serveFolder(outDir)
  browser = await openBrowser()
  for (const [look, how] of Object.entries(looks) as [keyof typeof looks, (typeof looks)['light']][])
    pages[look] = await (await openWindow(browser, how)).newPage()
  await pages.light.goto(`${files.url}/gallery.html`)
  names = await pages.light.locator('li').allTextContents()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await files?.close()
})

async function show(look: keyof typeof looks, name: string): Promise<{ page: Page; said: string[] }> {
  const page = pages[look]
  const said: string[] = []
  page.removeAllListeners('console').removeAllListeners('pageerror').removeAllListeners('dialog')
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && said.push(message.text()))
  page.on('pageerror', (error) => said.push(String(error)))
  page.on('dialog', (dialog) => said.push(`a dialog says ${dialog.message()}`))
  await page.goto(`${files.url}/gallery.html?story=${encodeURIComponent(name)}`)
  await sameLetters(page)
  return { page, said }
}

/** Names of stories are those of files too. */
const fileName = (name: string, look: string) => `${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}.${look}`

describe('every state of every screen', () => {
  test('there are states of every screen', () => {
    const screens = new Set(names.map((name) => name.split('/')[0]))
    expect([...screens].sort()).toEqual(
      expect.arrayContaining(['login', 'release', 'releases', 'report', 'sources', 'statistics', 'templates']),
    )
    expect(names.length).toBe(new Set(names).size)
  })

  test('has no axe violation, light and dark, and says nothing on the console', { timeout: 600_000 }, async () => {
    const wrong: string[] = []
    for (const name of names) {
      const { page, said } = await show('light', name)
      for (const line of [...said, ...(await violations(page))]) wrong.push(`${name}: ${line}`)
      const dark = await show('dark', name)
      for (const line of await violations(dark.page, ['color-contrast'])) wrong.push(`${name} (dark): ${line}`)
    }
    expect(wrong).toEqual([])
  })

  test('fits a phone: nothing makes the page wider than the window', { timeout: 300_000 }, async () => {
    const wrong: string[] = []
    for (const name of names) {
      const { page } = await show('phone', name)
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (over > 0) wrong.push(`${name}: ${over} px too wide`)
      for (const line of await violations(page, ['target-size'])) wrong.push(`${name}: ${line}`)
    }
    expect(wrong).toEqual([])
  })

  test('looks as it did', { timeout: 600_000 }, async () => {
    const wrong: string[] = []
    for (const name of names) {
      for (const look of ['light', 'dark', 'phone'] as const) {
        // Parts are seen within the screens; a picture of each in every look would be more than anybody looks at.
        if (name.startsWith('parts/') && look !== 'light') continue
        const { page } = await show(look, name)
        const because = await difference(page, fileName(name, look))
        if (because) wrong.push(`${name} (${look}): ${because}`)
      }
    }
    expect(wrong).toEqual([])
  })
})
