import { type Clock, sleep } from '../clock.ts'
import { KubeError } from './errors.ts'
import { leaseRecord } from './leaseRecord.ts'
import { type Log, silentLog } from './log.ts'
import type { KubeClient } from './types.ts'

export interface ElectionOptions {
  client: KubeClient
  clock: Clock
  name: string
  namespace: string
  /** Unlike that of every other process that ever stands for this lease, also of the same pod after a restart. */
  identity: string
  /** We lead now. The signal aborts the moment we no longer may. */
  onStarted: (signal: AbortSignal) => void
  /** We no longer lead: stop all work, and resolve when it has stopped. */
  onStopped: () => void | Promise<void>
  /** Others may take over when they saw no renewal for so long. Default 4 s. */
  leaseMs?: number
  /** We stop when our last renewal began so long ago. Default 3 s. */
  renewDeadlineMs?: number
  /** Between renewals, and between tries that failed. Default 1 s. */
  retryMs?: number
  /** Between looks of one who waits: as long as a lease that was released may lie idle. Default 250 ms. */
  lookMs?: number
  /** How long `stop` waits for the work to end before it leaves without releasing. Default 5 s. */
  drainMs?: number
  log?: Log
}

export interface Election {
  isLeader(): boolean
  /** Who held the lease when we last looked; '' when it was released. */
  leader(): string | undefined
  /** Ends the candidacy. A leader stops its work, keeps the lease meanwhile, and then releases it, so that another can start at once. */
  stop(): Promise<void>
}

/** One stretch of leading. */
interface Term {
  signal: AbortSignal
  lost: boolean
  drained: boolean
  /** Resolves when the work has stopped; undefined while we lead. */
  stopped: Promise<void> | undefined
  disarm: () => void
  /** Stops the work, once. */
  resign: () => void
}

/**
 * Stands for a Lease until stopped; one who lost it stands again once its work has stopped.
 *
 * As long as timers of all candidates run about equally fast, never two lead at once: a leader stops 3 s after its last renewal began, and
 * nobody else starts sooner than 4 s after seeing that renewal. No two machines' clocks are compared. What is not guaranteed: a
 * process that was suspended may act once more when it wakes, so every write must be safe against a second leader.
 */
export function elect(options: ElectionOptions): Election {
  const { clock, name, identity, log = silentLog } = options
  const { leaseMs = 4_000, renewDeadlineMs = 3_000, retryMs = 1_000, lookMs = 250, drainMs = 5_000 } = options
  let nap = new AbortController()
  let stopping = false
  let term: Term | undefined
  const record = leaseRecord({
    ...options,
    leaseMs,
    // One that hangs, as on a dead connection, must leave time for a second try before the deadline.
    requestMs: renewDeadlineMs * 0.4,
    onExpired: () => nap.abort(),
  })

  const rest = async (ms: number) => {
    nap = new AbortController()
    await sleep(clock, ms, nap.signal)
  }

  const begin = (): Term => {
    const controller = new AbortController()
    const begun: Term = {
      signal: controller.signal,
      lost: false,
      drained: false,
      stopped: undefined,
      disarm: () => {},
      resign() {
        if (begun.stopped !== undefined) return
        controller.abort()
        begun.stopped = stopWork().then(() => {
          begun.drained = true
          nap.abort()
        })
      },
    }
    return begun
  }
  const lose = (of: Term, why: string) => {
    if (of.lost) return
    of.lost = true
    log.warn({ lease: name, identity, leader: record.holder() }, `lost the lease: ${why}`)
    of.resign()
    nap.abort()
  }
  const stopWork = async () => {
    try {
      await options.onStopped()
    } catch (error) {
      log.error({ err: error, lease: name }, 'stopping the work failed')
    }
  }

  /** One try to make or keep the lease ours. The deadline runs from before the request: that is when others' patience starts at the latest. */
  const renew = async (of: Term): Promise<boolean> => {
    const disarm = clock.after(renewDeadlineMs, () => lose(of, 'could not renew it in time'))
    try {
      await record.claim()
      of.disarm()
      of.disarm = disarm
      return true
    } catch (error) {
      disarm()
      throw error
    }
  }
  const keep = async (of: Term): Promise<number> => {
    try {
      await renew(of)
      return retryMs
    } catch (error) {
      if (!(error instanceof KubeError && (error.conflict || error.notFound || error.alreadyExists))) {
        log.warn({ err: error, lease: name }, 'cannot renew the lease')
        return retryMs / 4
      }
    }
    // Changed under our hands: by a renewal of ours whose answer was lost, by somebody's edit, or because another took it.
    try {
      await record.look()
    } catch (error) {
      log.warn({ err: error, lease: name }, 'cannot read the lease')
      return retryMs / 4
    }
    const holder = record.holder()
    if (holder && holder !== identity) lose(of, 'somebody else holds it')
    return 0
  }

  /** Until the lease is lost or we are told to stop; the work has stopped when this resolves, unless it took too long. */
  const lead = async (of: Term) => {
    log.info({ lease: name, identity }, 'leading')
    try {
      options.onStarted(of.signal)
    } catch (error) {
      log.error({ err: error, lease: name }, 'starting the work failed')
    }
    let wait = retryMs
    let until = Number.POSITIVE_INFINITY
    while (!of.lost && !of.drained && clock.now() < until) {
      if (stopping && of.stopped === undefined) {
        until = clock.now() + drainMs
        of.resign()
      }
      await rest(wait)
      if (!of.lost && !of.drained && !(stopping && of.stopped === undefined)) wait = await keep(of)
    }
    of.disarm()
    if (of.lost) await of.stopped
    else if (of.drained) await record.release().catch((error: unknown) => log.warn({ err: error, lease: name }, 'cannot release the lease'))
    else log.warn({ lease: name, identity }, 'work did not end in time; the lease is left to run out')
  }

  const stand = async () => {
    let known: string | undefined
    while (!stopping) {
      const next = begin()
      let wait = retryMs
      try {
        await record.look()
        if (record.free() && !stopping) {
          await renew(next)
          term = next
          await lead(next)
          term = undefined
          continue
        }
        if (record.holder() !== known) log.info({ lease: name, leader: record.holder() }, 'another leads')
        known = record.holder()
        wait = lookMs
      } catch (error) {
        next.disarm()
        if (!(error instanceof KubeError && (error.conflict || error.alreadyExists)))
          log.warn({ err: error, lease: name }, 'cannot stand for the lease')
      }
      if (!stopping) await rest(wait)
    }
  }
  const standing = stand()

  return {
    isLeader: () => term !== undefined && !term.signal.aborted,
    leader: () => record.holder(),
    async stop() {
      stopping = true
      nap.abort()
      await standing
    },
  }
}
