// Composition root of the dashboard: flags -> parts -> run. Beside main.ts the only place that reads the environment and ends the process.
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { programVersion } from './cli/programVersion.ts'
import { systemClock } from './clock.ts'
import { startDashboard } from './dashboard.ts'
import { type DashboardFlags, parseDashboardFlags } from './dashboardFlags.ts'
import { type ClusterAccess, loadKubeConfig, withoutCredentials } from './kube/kubeconfig.ts'
import { undiciTransport } from './kube/transport.ts'
import { loginOptionsOf } from './loginFlags.ts'
import { pageFolder } from './page.ts'
import { serveHealth } from './server/health.ts'
import type { Options } from './server/parts.ts'

/** What `serin dashboard` takes from the bundled program. */
export { pageFolder, startOnFreePort } from './dashboard.ts'

async function main(): Promise<void> {
  const parsed = parseDashboardFlags(process.argv.slice(2))
  if (parsed.do === 'help') {
    process.stdout.write(parsed.text)
    return
  }
  if (parsed.do === 'refuse') return refuse(parsed.because)
  const { flags } = parsed
  let parts: Awaited<ReturnType<typeof partsOf>>
  try {
    parts = await partsOf(flags)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
  await run(flags, parts)
}

/** Wrong usage: a line for people, and an exit code of its own. */
function refuse(because: string): void {
  process.stderr.write(`serin-dashboard: ${because}\n`)
  process.exitCode = 2
}

/** The rest of a request, after which Kubernetes may still wait for us. */
const patienceMs = 10_000

const text = (file: string): string => readFileSync(file, 'utf8')

/** Everything that can be wrong with the flags is found out here. */
async function partsOf(
  flags: DashboardFlags,
): Promise<{ access: ClusterAccess; login: ReturnType<typeof loginOptionsOf>; options: Options }> {
  const { installation, teamLabel, readOnly, origin, namespace, trustProxy, tlsCertFile, tlsKeyFile } = flags
  return {
    access: loadKubeConfig({
      ...(flags.kubeconfig ? { path: flags.kubeconfig } : {}),
      ...(flags.context ? { context: flags.context } : {}),
    }),
    login: loginOptionsOf(flags, text),
    options: {
      installation,
      teamLabel,
      readOnly,
      page: flags.page ?? (await pageFolder()),
      ...(origin === undefined ? {} : { origin }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(trustProxy.length === 0 ? {} : { trustProxy }),
      ...(tlsCertFile === undefined || tlsKeyFile === undefined ? {} : { tls: { cert: text(tlsCertFile), key: text(tlsKeyFile) } }),
    },
  }
}

async function run(flags: DashboardFlags, { access, login, options }: Awaited<ReturnType<typeof partsOf>>): Promise<void> {
  const log = pino({ level: flags.logLevel, base: undefined, timestamp: pino.stdTimeFunctions.isoTime })
  const over = (reached: ClusterAccess) => undiciTransport(reached, { clock: systemClock, userAgent: `serin-dashboard/${programVersion}` })
  const transport = over(access)
  const bare = over(withoutCredentials(access))
  const dashboard = await startDashboard({
    transport,
    bare,
    clock: systemClock,
    random: Math.random,
    log,
    listen: flags.listen,
    login,
    options,
  })
  const health = await serveHealth({
    ...flags.metricsListen,
    registry: dashboard.registry,
    alive: () => undefined,
    ready: dashboard.notReady,
  })
  log.info({ url: dashboard.url, metricsPort: health.port }, 'serving the page and the API')

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping: open pages are closed, requests finished')
    await dashboard.close(patienceMs)
    await Promise.all([transport.close(), bare.close(), health.close()])
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
}

if (import.meta.main) await main()
