// Composition root: flags -> parts -> run. The only place that reads the environment, starts real timers and ends the process.
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { Command, Option } from 'commander'
import { pino } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { systemClock } from './clock.ts'
import { defaultAnalysts, defaultWorkers, startController } from './controller.ts'
import { loadKubeConfig } from './kube/kubeconfig.ts'
import { kubeMetrics } from './kube/metrics.ts'
import { undiciTransport } from './kube/transport.ts'
import { addressPolicy } from './metrics/addresses.ts'
import { sourceMetrics } from './metrics/sourceMetrics.ts'
import { undiciTransport as sourcesOver } from './metrics/undiciTransport.ts'
import { serveHealth } from './server/health.ts'

interface Flags {
  kubeconfig?: string
  context?: string
  namespace?: string
  leaseNamespace: string
  identity: string
  leaderElection: boolean
  workers: number
  gate: 'auto' | 'paused'
  listen: string
  sourceAllow: string[]
  sourceDeny: string[]
  logLevel: string
}

const flags = new Command('serin-controller')
  .description('Guards the releases of Deployments that have a Rollout.')
  .option('--kubeconfig <file>', 'how to reach the cluster; left out: in the cluster, else $KUBECONFIG or ~/.kube/config')
  .option('--context <name>', 'context of the kubeconfig')
  .option('--namespace <name>', 'watch this namespace only')
  .addOption(new Option('--lease-namespace <name>', 'where the leader lease is').env('POD_NAMESPACE').default('serin-system'))
  .addOption(new Option('--identity <name>', 'tells replicas apart').env('POD_NAME').default(hostname()))
  .option('--no-leader-election', 'for a single process on a laptop')
  .option('--workers <n>', 'Rollouts looked at side by side', Number, defaultWorkers)
  .addOption(
    new Option('--gate <how>', 'how changed templates are held: by the admission policies if they are there, or by pausing')
      .choices(['auto', 'paused'])
      .default('auto'),
  )
  .option('--source-allow <cidrs...>', 'addresses that metric sources and webhooks may reach although they are refused otherwise', [])
  .option('--source-deny <cidrs...>', 'addresses that they may not reach, besides those of the machine, its link, and cloud metadata', [])
  .addOption(new Option('--listen <address>', 'where /healthz, /readyz and /metrics are').default(':8080'))
  .addOption(new Option('--log-level <level>').choices(['debug', 'info', 'warn', 'error']).default('info'))
  .parse()
  .opts<Flags>()

const log = pino({ level: flags.logLevel, base: undefined, timestamp: pino.stdTimeFunctions.isoTime })
const registry = new Registry()
collectDefaultMetrics({ register: registry })
const metrics = kubeMetrics(registry)

const access = loadKubeConfig({
  ...(flags.kubeconfig ? { path: flags.kubeconfig } : {}),
  ...(flags.context ? { context: flags.context } : {}),
})
/** What tenants write may not make Serin speak to the API server in its place. */
const apiServer = [new URL(access.server).hostname.replace(/^\[|\]$/g, '')].filter((host) => isIP(host) !== 0)
const sourceTransport = sourcesOver({
  policy: addressPolicy({ allow: flags.sourceAllow, deny: [...flags.sourceDeny, ...apiServer] }),
  clock: systemClock,
  userAgent: 'serin',
})
const controller = startController({
  transport: undiciTransport(access, { clock: systemClock, onRequest: metrics.onRequest }),
  sourceTransport,
  clock: systemClock,
  random: Math.random,
  log,
  identity: `${flags.identity}_${randomBytes(4).toString('hex')}`,
  leaseNamespace: flags.leaseNamespace,
  leaderElection: flags.leaderElection,
  workers: flags.workers,
  ...(flags.namespace ? { namespace: flags.namespace } : {}),
  ...(flags.gate === 'paused' ? { gate: 'paused' as const } : {}),
  observers: {
    queue: metrics.queue('rollout'),
    workers: metrics.workers('rollout', flags.workers),
    analysisQueue: metrics.queue('analysisrun'),
    analysts: metrics.workers('analysisrun', defaultAnalysts),
    sources: sourceMetrics(registry),
  },
})

const colon = flags.listen.lastIndexOf(':')
const health = await serveHealth({
  host: flags.listen.slice(0, colon) || '0.0.0.0',
  port: Number(flags.listen.slice(colon + 1)),
  registry,
  alive: () => undefined,
  ready: () => controller.notReady(),
})
log.info({ port: health.port }, 'serving /healthz, /readyz and /metrics')

let stopping = false
const stop = async (signal: string) => {
  if (stopping) return
  stopping = true
  log.info({ signal }, 'stopping: the lease is given back')
  await controller.stop()
  await sourceTransport.close()
  await health.close()
  process.exit(0)
}
process.on('SIGTERM', (signal) => void stop(signal))
process.on('SIGINT', (signal) => void stop(signal))
