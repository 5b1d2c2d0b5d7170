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
  for (const look of Object.keys(looks) as (keyof typeof looks)[]) await open(look)
  names = await pages.light.locator('li').allTextContents()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await files?.close()
})

/** What a window said since it was asked last. */
const heard = {} as Record<keyof typeof looks, string[]>

/** Each look has a window that stays: packages, letters and axe are loaded once. */
async function open(look: keyof typeof looks): Promise<void> {
  const page = await (await openWindow(browser, looks[look])).newPage()
  heard[look] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && heard[look].push(message.text()))
  page.on('pageerror', (error) => heard[look].push(String(error)))
  page.on('dialog', (dialog) => heard[look].push(`a dialog says ${dialog.message()}`))
  await page.goto(`${files.url}/gallery.html`)
  await sameLetters(page)
  pages[look] = page
}

async function show(look: keyof typeof looks, name: string): Promise<{ page: Page; said: string[] }> {
  const page = pages[look]
  await page.mouse.move(0, 0)
  await page.evaluate(async (hash) => {
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    location.hash = ''
    await painted()
    scrollTo(0, 0)
    location.hash = hash
    await painted()
  }, encodeURIComponent(name))
  // What is loaded late, charts and the palette, is there after the first story with one.
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => [...document.querySelectorAll('.chart-host')].every((host) => host.childElementCount > 0))
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())))
  return { page, said: heard[look].splice(0) }
}

/** Names of stories are those of files too. */
const fileName = (name: string, look: string) => `${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}.${look}`

/** What is wrong with a state in a look; with everything that is looked at. */
async function faults(look: keyof typeof looks, name: string): Promise<Record<'access' | 'width' | 'picture', string[]>> {
  const { page, said } = await show(look, name)
  // What a theme or a width does not change is looked at once.
  const rules = { light: undefined, dark: ['color-contrast'], phone: ['target-size', 'scrollable-region-focusable'] }[look]
  const access = [...(await violations(page, rules)), ...said]
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  // Parts are seen within the screens; a picture of each in every look would be more than anybody looks at.
  const because = name.startsWith('parts/') && look !== 'light' ? undefined : await difference(page, fileName(name, look))
  return { access, width: over > 0 ? [`${over} px too wide`] : [], picture: because ? [because] : [] }
}

describe('every state of every screen', () => {
  const found = { access: [] as string[], width: [] as string[], picture: [] as string[] }
  beforeAll(async () => {
    for (const name of names) {
      const all = await Promise.all(
        (Object.keys(looks) as (keyof typeof looks)[]).map(async (look) => [look, await faults(look, name)] as const),
      )
      for (const [look, these] of all)
        for (const sort of ['access', 'width', 'picture'] as const)
          found[sort].push(...these[sort].map((line) => `${name} (${look}): ${line}`))
    }
  }, 600_000)

  test('is there', () => {
    const screens = new Set(names.map((name) => name.split('/')[0]))
    expect([...screens].sort()).toEqual(
      expect.arrayContaining(['login', 'notifiers', 'release', 'releases', 'report', 'sources', 'statistics', 'templates']),
    )
    expect(names.length).toBe(new Set(names).size)
  })

  test('has no axe violation, light, dark and on a phone, and says nothing on the console', () => {
    expect(found.access).toEqual([])
  })

  test('fits: nothing makes the page wider than the window', () => {
    expect(found.width).toEqual([])
  })

  test('looks as it did', () => {
    expect(found.picture).toEqual([])
  })
})
