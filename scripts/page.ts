// The built page of the dashboard. As a program it prints the folder: `node scripts/page.ts`.
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')
const web = join(root, 'web')
const cache = join(root, 'node_modules/.cache/serin/page')
const keptForMs = 7 * 24 * 3_600_000

let asked: Promise<string> | undefined

/**
 * The folder with the page as its sources are now: built when they changed since it was built last, else at once. Several processes may
 * ask side by side; none sees a page that is half there.
 */
export function builtPage(): Promise<string> {
  asked ??= build()
  return asked
}

async function build(): Promise<string> {
  const folder = join(cache, await sourcesHash())
  if (existsSync(folder)) {
    const now = new Date()
    await utimes(folder, now, now)
    return folder
  }
  await mkdir(cache, { recursive: true })
  await clear()
  const draft = `${folder}.${randomUUID()}`
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { GALLERY: _, ...env } = process.env
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', draft, '--logLevel', 'warn'], { cwd: web, env })
  try {
    await rename(draft, folder)
  } catch (error) {
    // Another process was quicker: its page is as good.
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** Of everything that the page is made of, and of the packages' versions. */
async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256')
  const names = (await readdir(join(web, 'src'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/\.(test|stories)\.tsx?$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
  const files = [
    ...names.sort(),
    ...['index.html', 'vite.config.ts', 'package.json', '../package-lock.json'].map((name) => join(web, name)),
  ]
  for (const file of files)
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(await readFile(file))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** Pages that nobody asked for in a week, and what was left of builds that broke off. */
async function clear(): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > keptForMs) await rm(path, { recursive: true, force: true })
  }
}

if (import.meta.main) process.stdout.write(`${await builtPage()}\n`)
