import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core'

const require = createRequire(import.meta.url)

/** Chromium as the npm package brings it, but with its safety on; only its sandbox is off: in containers it is refused. */
export async function openBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none']
  return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true })
}

export interface Look {
  width?: number
  height?: number
  dark?: boolean
}

/** A window of its own: its cookies and storage are nobody else's. */
export async function openWindow(browser: Browser, { width = 1280, height = 900, dark = false }: Look = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
  })
  context.setDefaultTimeout(15_000)
  return context
}

const font = async (family: string, weight: number): Promise<string> => {
  const file = require.resolve(`@fontsource/${family}/files/${family}-latin-${weight}-normal.woff2`)
  return (await readFile(file)).toString('base64')
}

/** Puts the same letters on every machine. They are handed over by the test, not by a style sheet: the page's policy allows no fonts. */
export async function sameLetters(page: Page): Promise<void> {
  const faces = [
    { name: 'Test Sans', data: await font('noto-sans', 400), weight: '400' },
    { name: 'Test Sans', data: await font('noto-sans', 600), weight: '600 700' },
    { name: 'Test Mono', data: await font('noto-sans-mono', 400), weight: '400 700' },
  ]
  await page.evaluate(async (given) => {
    for (const { name, data, weight } of given) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
      document.fonts.add(await new FontFace(name, bytes, { weight }).load())
    }
    document.documentElement.style.setProperty('--font', '"Test Sans"')
    document.documentElement.style.setProperty('--mono', '"Test Mono"')
    await document.fonts.ready
  }, faces)
}
