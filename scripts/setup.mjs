// Makes a fresh clone ready: installs the packages of the lockfile when they are missing or when the lockfile is newer than the install.
// Runs on whatever Node the machine has (20 or newer); everything after it runs on the Node of the npm package `node`. The npm scripts name that
// one by its path: a shell remembers where it found the first `node`.
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const lock = join(root, 'package-lock.json')
const installed = join(root, 'node_modules', '.package-lock.json')
const binary = join(root, 'node_modules', '.bin', 'node')

const fresh = existsSync(installed) && existsSync(binary) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
if (!fresh) {
  console.error('Installing packages (once) ...')
  const started = Date.now()
  // Not `npm ci`: it wants the binaries of every platform in the lockfile, which a mirror need not have. Versions are those of the lockfile all the same.
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  console.error(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}
