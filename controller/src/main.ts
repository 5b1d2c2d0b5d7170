// Composition root: flags -> parts -> run. The only place that reads the environment, starts real timers and ends the process.
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { pino } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { systemClock } from './clock.ts'
import { startController } from './controller.ts'
import { controllerMetrics } from './controllerMetrics.ts'
import { parseFlags } from './flags.ts'
import { type ClusterAccess, loadKubeConfig } from './kube/kubeconfig.ts'
import { undiciTransport } from './kube/transport.ts'
import { addressPolicy } from './metrics/addresses.ts'
import { undiciTransport as sourcesOver } from './metrics/undiciTransport.ts'
import { smtpTransport } from './notify/smtp.ts'
import { serveHealth } from './server/health.ts'

const parsed = parseFlags(process.argv.slice(2), { env: process.env, host: hostname() })
if (parsed.do === 'help') {
  process.stdout.write(parsed.text)
  process.exit(0)
}
if (parsed.do === 'refuse') refuse(parsed.because)
const { flags } = parsed

/** Wrong usage: a line for people, and an exit code of its own. */
function refuse(because: string): never {
  process.stderr.write(`serin-controller: ${because}\n`)
  process.exit(2)
}

const log = pino({ level: flags.logLevel, base: undefined, timestamp: pino.stdTimeFunctions.isoTime })
const registry = new Registry()
collectDefaultMetrics({ register: registry })
const metrics = controllerMetrics({
  registry,
  workers: flags.workers,
  statuses: () => controller.statuses(),
  now: systemClock.now,
})

const access = reach()
function reach(): ClusterAccess {
  try {
    return loadKubeConfig({ ...(flags.kubeconfig ? { path: flags.kubeconfig } : {}), ...(flags.context ? { context: flags.context } : {}) })
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}
/** What tenants write may not make Serin speak to the API server in its place. */
const apiServer = [new URL(access.server).hostname.replace(/^\[|\]$/g, '')].filter((host) => isIP(host) !== 0)
const policy = addressPolicy({ allow: flags.sourceAllow, deny: [...flags.sourceDeny, ...apiServer] })
const sourceTransport = sourcesOver({
  policy,
  clock: systemClock,
  userAgent: 'serin',
})
const controller = startController({
  transport: undiciTransport(access, { clock: systemClock, onRequest: metrics.onRequest }),
  sourceTransport,
  mailTransport: smtpTransport({ policy, clock: systemClock }),
  clock: systemClock,
  random: Math.random,
  log,
  identity: `${flags.identity}_${randomBytes(4).toString('hex')}`,
  leaseNamespace: flags.leaseNamespace,
  leaseName: flags.leaseName,
  leaderElection: flags.leaderElection,
  workers: flags.workers,
  ...(flags.namespace ? { namespace: flags.namespace } : {}),
  ...(flags.shard ? { shard: flags.shard } : {}),
  ...(flags.gate === 'paused' ? { gate: 'paused' as const } : {}),
  observers: metrics.observers,
})

const health = await serveHealth({
  ...flags.listen,
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
