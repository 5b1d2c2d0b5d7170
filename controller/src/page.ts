import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * The folder with the built page of the dashboard: beside the bundled program, or, where this runs from its sources, built of them now if
 * they changed. Throws where there is neither.
 */
export async function pageFolder(): Promise<string> {
  const beside = join(import.meta.dirname, 'page')
  if (existsSync(join(beside, 'index.html'))) return beside
  const builder = join(import.meta.dirname, '../../scripts/page.ts')
  if (!existsSync(builder)) throw new Error(`there is no page in ${beside}: the folder page lies beside dashboard.mjs, or --page names it`)
  const { stdout } = await promisify(execFile)(process.execPath, [builder])
  return stdout.trim()
}
