import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'

const golden = join(import.meta.dirname, 'golden')
const differing = join(import.meta.dirname, '../../node_modules/.cache/serin/pictures')

/** A golden picture has one pixel for so many by so many of the page: small enough to keep of every state, and blind to how edges of letters are drawn. */
const block = 16
/** Below this a page is not looked at: what comes further down is lists. */
const mostPixels = 2_400
/** A word that changed changes the mean of its block by more than this, of 255. */
const tolerance = 5

/** Why the page does not look as it did, or undefined. With UPDATE=1 it is photographed anew. The whole picture of one that differs is kept in the cache. */
export async function difference(page: Page, name: string): Promise<string | undefined> {
  const width = page.viewportSize()?.width ?? 0
  const height = Math.min(mostPixels, await page.evaluate(() => document.documentElement.scrollHeight))
  const shot = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height }, animations: 'disabled', caret: 'hide' })
  const is = reduced(PNG.sync.read(shot))
  const file = join(golden, `${name}.png`)
  if (process.env.UPDATE === '1') {
    mkdirSync(golden, { recursive: true })
    const was = existsSync(file) ? PNG.sync.read(readFileSync(file)) : undefined
    if (!was || unlike(was, is)) writeFileSync(file, PNG.sync.write(is, { colorType: 2 }))
    return undefined
  }
  if (!existsSync(file)) return `there is no picture of it: UPDATE=1 makes one (${keep(name, shot)})`
  const because = unlike(PNG.sync.read(readFileSync(file)), is)
  return because && `${because} (${keep(name, shot)})`
}

function unlike(was: PNG, is: PNG): string | undefined {
  const size = ({ width, height }: PNG) => `${width * block} x ${height * block}`
  if (was.width !== is.width || was.height !== is.height) return `it is about ${size(is)} large, and was ${size(was)}`
  for (let y = 0; y < is.height; y++)
    for (let x = 0; x < is.width; x++) {
      const at = (y * is.width + x) * 4
      const far = [0, 1, 2].some((channel) => Math.abs((is.data[at + channel] ?? 0) - (was.data[at + channel] ?? 0)) > tolerance)
      if (far) return `it differs first at ${x * block}, ${y * block}`
    }
  return undefined
}

/** The mean colour of each block. */
function reduced(from: PNG): PNG {
  const to = new PNG({ width: Math.ceil(from.width / block), height: Math.ceil(from.height / block) })
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++)
      for (let channel = 0; channel < 4; channel++) to.data[(y * to.width + x) * 4 + channel] = mean(from, x * block, y * block, channel)
  return to
}

function mean({ data, width, height }: PNG, left: number, top: number, channel: number): number {
  let sum = 0
  let count = 0
  for (let y = top; y < Math.min(height, top + block); y++)
    for (let x = left; x < Math.min(width, left + block); x++) {
      sum += data[(y * width + x) * 4 + channel] ?? 0
      count++
    }
  return Math.round(sum / count)
}

function keep(name: string, bytes: Buffer): string {
  mkdirSync(differing, { recursive: true })
  const file = join(differing, `${name}.png`)
  writeFileSync(file, bytes)
  return file
}
