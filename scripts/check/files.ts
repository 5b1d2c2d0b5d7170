import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** The TypeScript files that git knows or would add. */
export function sources(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\n').filter((file) => file !== '')
}

/** Prints what is wrong and makes the process fail; says nothing when there is nothing. */
export function fail(what: string, found: readonly string[]): void {
  if (found.length === 0) return
  console.error(`${what}:\n${found.map((line) => `  ${line}`).join('\n')}`)
  process.exitCode = 1
}
