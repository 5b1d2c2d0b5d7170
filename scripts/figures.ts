// Writes the figures of bench/results into the README, between its two marks. With --check it writes nothing and fails when they differ.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BenchResult, between, figures } from './figures/table.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'bench', 'results')
const page = join(root, 'README.md')

const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
const results = await Promise.all(
  names.map(async (name): Promise<[string, BenchResult]> => [name, JSON.parse(await readFile(join(folder, name), 'utf8')) as BenchResult]),
)
const before = await readFile(page, 'utf8')
const after = between(before, figures(results))
if (after === before) process.exit()
if (process.argv.includes('--check')) {
  console.error('README.md: its figures are not those of bench/results; run: node scripts/figures.ts')
  process.exit(1)
}
await writeFile(page, after)
