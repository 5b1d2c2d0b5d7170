import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { builtPage } from '../../scripts/page.ts'

const limit = 200_000

let page: string
beforeAll(async () => {
  page = await builtPage()
}, 120_000)

/** The files that a file names: its imports and, of index.html, its scripts and styles. What is only loaded later (`import()`) is not among them. */
function named(text: string): string[] {
  const html = [...text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '')
  const imports = [...text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, file]) => `assets/${file}`)
  return [...html, ...imports]
}

async function firstScreen(): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  const load = async (file: string): Promise<void> => {
    if (sizes.has(file)) return
    const content = await readFile(join(page, file))
    sizes.set(file, gzipSync(content).length)
    if (/\.(js|html)$/.test(file)) for (const next of named(content.toString())) await load(next)
  }
  await load('index.html')
  return sizes
}

test('the first screen is less than 200 kB', async () => {
  const sizes = await firstScreen()
  expect([...sizes.keys()].filter((file) => file.endsWith('.js')).length).toBeGreaterThan(1)
  const sum = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const told = [...sizes].map(([file, size]) => `${file} ${size}`).join(', ')
  expect(sum, `${sum} bytes in all: ${told}`).toBeLessThan(limit)
})

test('charts, the palette and the other screens are not loaded with it', async () => {
  const first = await firstScreen()
  const later = (await readdir(join(page, 'assets'))).filter((file) => file.endsWith('.js') && !first.has(`assets/${file}`))
  for (const screen of ['ReleaseScreen', 'ReportScreen', 'TemplateScreen', 'StatisticsScreen', 'SettingsScreen', 'plot', 'Palette', 'Help'])
    expect(later.some((file) => file.startsWith(`${screen}-`))).toBe(true)
})

test('nothing of the page names another host', async () => {
  for (const file of await readdir(join(page, 'assets'))) {
    const text = await readFile(join(page, 'assets', file), 'utf8')
    // Names of XML, links of React and others in messages, and of our documentation: none is loaded.
    const loaded = [...text.matchAll(/(?:url\(|import\(|fetch\(|src=|@import )\s*["'`]?(https?:)?\/\/[^"'`)\s]+/g)].map(([found]) => found)
    expect(loaded).toEqual([])
  }
})
