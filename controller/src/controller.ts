import type { RolloutStatus } from './api/rolloutStatus.ts'
import type { Clock } from './clock.ts'
import { type Backoff, backoff } from './kube/backoff.ts'
import { kubeClient } from './kube/client.ts'
import { discover } from './kube/discovery.ts'
import { recorder as eventRecorder } from './kube/events.ts'
import { type Election, elect } from './kube/lease.ts'
import type { Log } from './kube/log.ts'
import { type QueueObserver, type WorkQueue, workQueue } from './kube/queue.ts'
import { leaseOf, type Shard } from './kube/shard.ts'
import type { KubeClient, KubeObject, Transport } from './kube/types.ts'
import { type Again, runWorkers, type Workers, type WorkersObserver } from './kube/workers.ts'
import { SourceError } from './metrics/errors.ts'
import { openSources } from './metrics/openSources.ts'
import { secretCache } from './metrics/secrets.ts'
import type { SourceObserver } from './metrics/sourceMetrics.ts'
import type { SourceTransport } from './metrics/transport.ts'
import type { MailTransport } from './notify/mail.ts'
import { openNotifying } from './notify/notifying.ts'
import type { NotifyObserver } from './notify/notifyMetrics.ts'
import { advance } from './reconcile/analysis/advance.ts'
import { writeSourceState } from './reconcile/analysis/sourceState.ts'
import { turns } from './reconcile/analysis/turns.ts'
import type { AnalysisWorld } from './reconcile/analysis/world.ts'
import { keyOf, openCaches } from './reconcile/caches.ts'
import { lookAtDefinitions } from './reconcile/definitions.ts'
import { openGates } from './reconcile/gate.ts'
import { clearAnalyses, clearCommands } from './reconcile/janitor.ts'
import { type Recheck, reconcile, type World } from './reconcile/reconcile.ts'
import { ownerOf } from './rollout/observed.ts'
import { managedLabel } from './workload/view.ts'

export interface ControllerOptions {
  transport: Transport
  clock: Clock
  /** Between 0 and 1; for jitter only. */
  random: () => number
  log: Log
  /** Tells replicas apart in the lease. */
  identity: string
  /** Where the lease is. */
  leaseNamespace: string
  /** Two installations that keep their leases in one namespace need two. Default: serin. */
  leaseName?: string
  /** Only this namespace is watched. */
  namespace?: string
  /** Only namespaces of this shard are looked after; its lease carries its number. */
  shard?: Shard
  /** Rollouts looked at side by side; more at once means more, smaller steps and so more writes. Default 10. */
  workers?: number
  /** Default true. Without it, whoever starts it makes sure that there is one only. */
  leaderElection?: boolean
  /** How metric sources and webhooks are reached. Without it no analysis can measure. */
  sourceTransport?: SourceTransport
  /** How mail servers are reached. Without it none is. */
  mailTransport?: MailTransport
  /** Analyses looked at side by side. Default 20. */
  analysts?: number
  /** Hold by pausing even where the policies are there. */
  gate?: 'paused'
  observers?: Observers
}

/** Who is told how it goes; each may be left out. */
export interface Observers {
  queue?: QueueObserver & { watch?(queue: WorkQueue): void }
  workers?: WorkersObserver
  analysisQueue?: Observers['queue']
  analysts?: WorkersObserver
  sources?: SourceObserver
  notifications?: NotifyObserver
  /** Whether this process holds that lease. */
  leading?: (lease: string, leads: boolean) => void
  /** An interval of an analysis was judged so many seconds after it was due. */
  judged?: (seconds: number) => void
}

export interface Controller {
  client: KubeClient
  /** Resolves when it leads and its caches are filled. */
  leading(): Promise<void>
  isLeading(): boolean
  /** Of every Rollout that was looked at once; undefined while it does not lead. */
  statuses(): RolloutStatus[] | undefined
  /** Why it could not take over now, or undefined: its kinds are defined and its caches filled. A standby that is ready takes over warm. */
  notReady(): string | undefined
  /** Finishes what it does, gives the lease back. */
  stop(): Promise<void>
  /** Stops at once, as a crash would: nothing is finished and the lease is not given back. */
  kill(): void
}

const gateEveryMs = 60_000
const gateAgainMs = 1_000
/** People wait for their Rollout: however long the API server was away, it is looked at again within seconds. So is each of a thousand. */
const retrying = { longestRetryMs: 4_000, retriesPerSecond: 100, retryBurst: 500 }
/** Growing to half of the second. One key of one controller: there is nobody to keep apart from by chance. */
const conflictPauses = { firstMs: 20, mostMs: 2_560, random: () => 0 }
export const defaultWorkers = 10
export const defaultAnalysts = 20
const clearEveryMs = 3_600_000

/** Starts a controller: caches at once, also on a standby; work only while it leads. Where its kinds are not defined as it needs them, it waits. */
export function startController(options: ControllerOptions): Controller {
  const { clock, random, log, identity, namespace, shard, observers = {} } = options
  const lease = leaseOf(options.leaseName ?? 'serin', shard)
  const dead = new AbortController()
  const transport = mortal(options.transport, dead.signal)
  const discovery = discover(transport, { clock })
  const client = kubeClient(transport, { fieldManager: 'serin', discovery })
  const recorder = eventRecorder({ client, clock, log, controller: 'serin.dev/controller', instance: identity })
  let queue: WorkQueue | undefined
  let analysisQueue: WorkQueue | undefined
  let working: Workers[] = []
  const gates = openGates({ client, clock, log, ...(options.gate ? { forced: options.gate } : {}) })
  let synced = false
  let stopping = false
  const definitions = lookAtDefinitions({ client, clock, log, signal: dead.signal })
  const caches = openCaches({
    transport,
    discovery,
    clock,
    random,
    log,
    ...(namespace === undefined ? {} : { namespace }),
    ...(shard ? { shard } : {}),
    // Not sooner: what an older definition hid is not shown again by a watch.
    after: definitions.good,
    onChange: (key, initial) => queue?.add(key, initial ? 'low' : 'high'),
    onAnalysis: (key, initial) => analysisQueue?.add(key, initial ? 'low' : 'high'),
  })
  const ready = caches.synced().then(() => {
    synced = true
  })
  const world: World = {
    client,
    caches,
    clock,
    log,
    gateOf: gates.of,
    complaints: new Set(),
    tell(rollout, { type, reason, message }) {
      const { apiVersion, kind } = ownerOf(rollout)
      recorder.record({ regarding: { apiVersion, kind, metadata: rollout.metadata }, type, reason, note: message, action: reason })
    },
  }

  const sourceTransport = options.sourceTransport ?? unreachable
  const readSecret = (namespace: string, name: string) => client.get({ apiVersion: 'v1', kind: 'Secret', namespace, name })
  const analyses: AnalysisWorld = {
    client,
    caches,
    clock,
    log,
    transport: sourceTransport,
    secrets: secretCache(readSecret, clock),
    sources: openSources({
      find: (kind, namespace, name) =>
        kind === 'ClusterMetricSource'
          ? caches.sources.Cluster.get({ name })
          : caches.sources.Namespace.get({ namespace: namespace ?? '', name }),
      secret: readSecret,
      transport: sourceTransport,
      clock,
      systemNamespace: options.leaseNamespace,
      ...(observers.sources ? { observer: observers.sources } : {}),
      onState: (source, state) => void writeSourceState(source, state, { client, caches, log }),
    }),
    memories: new Map(),
    turns: turns(2),
    ...(observers.judged ? { judged: observers.judged } : {}),
    wake: (key) => analysisQueue?.add(key),
  }

  const notifying = openNotifying({
    client,
    stores: { ...caches, sources: caches.sources.Namespace },
    clock,
    random,
    log,
    sender: {
      transport: sourceTransport,
      mail: options.mailTransport ?? noMail,
      secrets: secretCache(readSecret, clock),
      clock,
      systemNamespace: options.leaseNamespace,
    },
    ours: async (namespace) => typeof (await gates.of(namespace)) !== 'object',
    ...(observers.notifications ? { observer: observers.notifications } : {}),
  })

  const everythingIn = (namespaces?: ReadonlySet<string>) => {
    const inThem = ({ metadata }: KubeObject) => namespaces?.has(metadata.namespace ?? '') ?? true
    for (const rollout of caches.rollouts.list().filter(inThem)) queue?.add(keyOf(rollout), 'low')
    for (const run of caches.analyses.list().filter(inThem)) analysisQueue?.add(keyOf(run), 'low')
    // Workloads whose Rollout went away while nobody looked.
    for (const workload of caches.workloads.list().filter(inThem))
      queue?.add(`${workload.metadata.namespace}/${workload.metadata.labels?.[managedLabel]}`, 'low')
  }
  const gatesKnown = Promise.withResolvers<void>()
  const keepLooking = async (): Promise<void> => {
    let againMs = gateEveryMs
    try {
      const guarded = [caches.rollouts, caches.analyses, caches.workloads].flatMap((store) => store.list())
      everythingIn(await gates.look(guarded.map(({ metadata }) => metadata.namespace ?? '')))
      gatesKnown.resolve()
    } catch (error) {
      againMs = gateAgainMs
      if (!dead.signal.aborted) log.warn({ err: error }, 'could not look at the admission policies')
    }
    if (!dead.signal.aborted) clock.after(againMs, () => void keepLooking())
  }
  void keepLooking()

  const again = patience(clock)
  const againAnalysing = patience(clock)
  const work = async (key: string): Promise<Again> => {
    return again(key, await reconcile(key, world))
  }

  const analyse = async (key: string): Promise<Again> => {
    const gate = await gates.of(key.slice(0, key.indexOf('/')))
    return typeof gate === 'object' ? 'no' : againAnalysing(key, await advance(key, analyses))
  }

  const keepClear = (of: WorkQueue): void => {
    clock.after(clearEveryMs, () => {
      if (queue !== of) return
      void clearCommands(world)
      void clearAnalyses(world)
      keepClear(of)
    })
  }

  const led = Promise.withResolvers<void>()
  observers.leading?.(lease, false)
  let leads = false
  const begin = async (signal?: AbortSignal): Promise<void> => {
    await Promise.all([ready, gatesKnown.promise])
    if (dead.signal.aborted || signal?.aborted) return
    const own = workQueue({ clock, ...retrying, ...(observers.queue ? { observer: observers.queue } : {}) })
    queue = own
    const analysing = workQueue({ clock, ...(observers.analysisQueue ? { observer: observers.analysisQueue } : {}) })
    analysisQueue = analysing
    analyses.memories.clear()
    everythingIn()
    notifying.begin()
    observers.queue?.watch?.(own)
    observers.analysisQueue?.watch?.(analysing)
    observers.leading?.(lease, true)
    leads = true
    led.resolve()
    log.info({ identity }, 'leading')
    keepClear(own)
    const staff = (observer: WorkersObserver | undefined) => ({ clock, log, ...(observer ? { observer } : {}) })
    working = [
      runWorkers(own, options.workers ?? defaultWorkers, work, staff(observers.workers)),
      runWorkers(analysing, options.analysts ?? defaultAnalysts, analyse, staff(observers.analysts)),
    ]
  }
  const stopWorkers = async () => {
    await Promise.all(working.map((workers) => workers.stop()))
  }
  const end = async (): Promise<void> => {
    leads = false
    observers.leading?.(lease, false)
    queue = undefined
    analysisQueue = undefined
    await Promise.all([stopWorkers(), notifying.end()])
  }
  // An older controller that leads meanwhile goes on leading.
  let election: Election | undefined
  void definitions.good.then(() => {
    if (stopping || dead.signal.aborted) return
    if (options.leaderElection === false) void begin()
    else
      election = elect({
        client,
        clock,
        name: lease,
        namespace: options.leaseNamespace,
        identity,
        log,
        onStarted: (signal) => void begin(signal),
        onStopped: end,
      })
  })

  const isLeading = () => leads && !dead.signal.aborted
  return {
    client,
    leading: () => led.promise,
    isLeading,
    statuses: () => (isLeading() ? caches.rollouts.list().flatMap(({ status }) => statusIn(status) ?? []) : undefined),
    notReady: () => definitions.lacking() ?? (synced ? undefined : 'the caches are not filled yet'),
    async stop() {
      stopping = true
      await (election ? election.stop() : end())
      await recorder.close()
      dead.abort()
      await caches.stop()
    },
    kill() {
      dead.abort()
      leads = false
      void stopWorkers()
      void notifying.end()
      void election?.stop()
      void caches.stop()
    },
  }
}

function statusIn(status: unknown): RolloutStatus | undefined {
  return (status as Partial<RolloutStatus> | undefined)?.phase === undefined ? undefined : (status as RolloutStatus)
}

/** When to look again. What is behind the API server is so for a moment; as long as it is, it asks less and less often: the watch tells when it has caught up. */
function patience(clock: Clock): (key: string, recheck: Recheck) => Again {
  const conflicts = new Map<string, Backoff>()
  return (key, recheck) => {
    if (recheck !== 'soon') {
      conflicts.delete(key)
      return recheck === 'never' ? 'no' : { afterMs: Math.max(recheck.at - clock.now(), 1) }
    }
    const pauses = conflicts.get(key) ?? backoff(conflictPauses)
    conflicts.set(key, pauses)
    return { afterMs: pauses.next() }
  }
}

/** What stands in where nobody says how sources are reached. */
const unreachable: SourceTransport = {
  send: () => Promise.reject(new SourceError('down', 'this controller was started without a way to its metric sources')),
  close: async () => {},
}

const noMail: MailTransport = {
  send: () => Promise.reject(new SourceError('down', 'this controller was started without a way to mail servers')),
}

/** A transport that carries nothing any more once its controller is dead. */
function mortal(transport: Transport, dead: AbortSignal): Transport {
  return {
    send(request) {
      if (dead.aborted) return Promise.reject(new Error('this controller is dead'))
      return transport.send({ ...request, signal: request.signal ? AbortSignal.any([request.signal, dead]) : dead })
    },
    close: () => transport.close(),
  }
}
