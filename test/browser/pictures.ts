import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pixelmatch from 'pixelmatch'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'

const golden = join(import.meta.dirname, 'golden')
const differing = join(import.meta.dirname, '../../node_modules/.cache/serin/pictures')
/** Edges of letters may be drawn a little differently; a word that moved may not. */
const mostDiffering = 0.002

/** Why the page does not look as it did, or undefined. With UPDATE=1 it is photographed anew. */
export async function difference(page: Page, name: string): Promise<string | undefined> {
  const shot = await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide' })
  const file = join(golden, `${name}.png`)
  if (process.env.UPDATE === '1') {
    mkdirSync(golden, { recursive: true })
    writeFileSync(file, shot)
    return undefined
  }
  if (!existsSync(file)) return keep(name, shot, 'there is no picture of it: UPDATE=1 makes one')
  const was = PNG.sync.read(readFileSync(file))
  const is = PNG.sync.read(shot)
  if (was.width !== is.width || was.height !== is.height)
    return keep(name, shot, `it is ${is.width} x ${is.height} large, and was ${was.width} x ${was.height}`)
  const diff = new PNG({ width: is.width, height: is.height })
  const pixels = pixelmatch(was.data, is.data, diff.data, is.width, is.height, { threshold: 0.2 })
  if (pixels / (is.width * is.height) <= mostDiffering) return undefined
  keep(`${name}.diff`, PNG.sync.write(diff), '')
  return keep(name, shot, `${pixels} pixels differ`)
}

function keep(name: string, bytes: Buffer, because: string): string {
  mkdirSync(differing, { recursive: true })
  const file = join(differing, `${name}.png`)
  writeFileSync(file, bytes)
  return `${because} (${file})`
}
