import type { Clock } from '../../controller/src/clock.ts'
import { type Controller, startController } from '../../controller/src/controller.ts'
import type { Log } from '../../controller/src/kube/log.ts'
import type { Shard } from '../../controller/src/kube/shard.ts'
import type { SourceTransport } from '../../controller/src/metrics/transport.ts'
import type { SandboxClock } from '../../sandbox/src/types.ts'
import { systemNamespace } from '../dsl/install.ts'
import type { Carrier } from './carrier.ts'
import type { Plan } from './plan.ts'
import type { Draw } from './random.ts'
import { shopAsking } from './source.ts'

/** What a controller looks after: everything, the namespaces of its shard, or one namespace. */
export interface Domain {
  shard?: Shard
  namespace?: string
  leaseName?: string
}

/** Dies at one of the next steps of a sort: when a timer of it is due, or when it asks a metric source or is answered. */
export interface Doom {
  of: 'timer' | 'source'
  /** At which of them, counted from 1, if it comes before `until`. */
  nth: number
  until: number
  againMs: number
  /** Told of whose analysis asked, when it asked. */
  struck(shop: string | undefined): void
}

/** How the controllers of a plan share the namespaces. */
export function domainsOf({ division }: Plan, namespaces: readonly string[]): Domain[] {
  if (division === 'shards') return [0, 1].map((index) => ({ shard: { index, of: 2 } }))
  if (division === 'namespaces') return namespaces.map((namespace) => ({ namespace, leaseName: `serin-${namespace}` }))
  return [{}]
}

/** One process of the controller. */
export interface Replica {
  name: string
  controller: Controller
  domain: Domain
  dead: boolean
  /** Dies, and nobody takes its place. */
  kill(): void
  /** The whole process stands still, as one that is swapped out: neither timers nor answers arrive. */
  freeze(ms: number): void
  doom(doom: Doom): void
  /** Its clock shows so much more than it did. */
  jump: number
}

/** The Deployment of the controller: what dies is replaced. */
export interface Fleet {
  running(): readonly Replica[]
  /** Starts what is lacking until so many run of each domain. */
  fill(count: number): void
  /** One more, for a time: when it dies nobody takes its place. `election: false`: it acts without a lease, as one that believes it has it. */
  extra(options: { election: boolean }): Replica
  /** Dies; another starts so much later. */
  kill(replica: Replica, againMs: number): void
  /** Is asked to end, as by a rolling update of the controller itself; another starts at once. */
  relieve(replica: Replica): void
  log: readonly string[]
  stop(): void
}

const keptLines = 600

export interface FleetOptions {
  clock: SandboxClock
  carrier: Carrier
  draw: Draw
  source: SourceTransport
  domains: readonly Domain[]
  /** With one replica alone there is no lease. */
  election: boolean
  /** Clocks of controllers are wrong by up to so many milliseconds, each by its own. */
  skewMs: number
  /** Keeps the sentences of the logs; without, only how many there were. */
  keepLog: boolean
  /** Every line that a controller logs, as it would be printed. */
  onLine(line: string): void
}

export function fleetOf({ clock, carrier, draw, source, domains, election, skewMs, keepLog, onLine }: FleetOptions): Fleet {
  const all: Replica[] = []
  const lasting = new Set<Replica>()
  /** Replicas of a domain that are to start. */
  const coming = new Map<Domain, number>()
  const log: string[] = []
  let made = 0
  let closed = false
  const began = clock.now()

  const start = (domain: Domain, { withLease = election, lasts = true } = {}): Replica => {
    const name = `controller-${++made}`
    const own = draw.fork(name)
    const skew = own.whole(-skewMs, skewMs)
    let frozenUntil = 0
    let doom: Doom | undefined
    const frozen = async (): Promise<void> => {
      while (clock.now() < frozenUntil) await new Promise<void>((resolve) => clock.after(frozenUntil - clock.now(), resolve))
    }
    const dies = (of: Doom['of'], shop?: string): boolean => {
      if (doom?.of !== of || clock.now() > doom.until || --doom.nth > 0) return false
      doom.struck(shop)
      fleet.kill(replica, doom.againMs)
      doom = undefined
      return true
    }
    const time: Clock = {
      now: () => clock.now() + skew + replica.jump,
      after(ms, fn) {
        let cancel = () => {}
        const due = () => {
          const left = frozenUntil - clock.now()
          if (left > 0) cancel = clock.after(left, due)
          else if (!dies('timer')) {
            fn()
            // What the timer set off is under way now.
            dies('timer')
          }
        }
        cancel = clock.after(ms, due)
        return () => cancel()
      },
    }
    const asked: SourceTransport = {
      async send(request) {
        await frozen()
        const shop = shopAsking(request)
        if (dies('source', shop)) throw new Error('the controller died before it asked')
        const answer = await source.send(request)
        await frozen()
        if (dies('source', shop)) throw new Error('the controller died when it was answered')
        return answer
      },
      close: async () => {},
    }
    const freeze = (ms: number) => {
      frozenUntil = Math.max(frozenUntil, clock.now() + ms)
    }
    const line = carrier.lineOf({ name, kill: () => fleet.kill(replica, draw.whole(50, 1_500)), freeze, frozen })
    const replica: Replica = {
      name,
      domain,
      dead: false,
      jump: 0,
      controller: undefined as unknown as Controller,
      kill() {
        replica.dead = true
        replica.controller.kill()
      },
      freeze,
      doom(next) {
        doom = { ...next }
      },
    }
    replica.controller = startController({
      transport: line,
      clock: time,
      random: own.next,
      log: logInto(name),
      identity: name,
      leaseNamespace: systemNamespace,
      leaderElection: withLease,
      sourceTransport: asked,
      ...domain,
    })
    all.push(replica)
    if (lasts) lasting.add(replica)
    return replica
  }
  const logInto = (name: string): Log => {
    const write = (level: string) => (fields: object, message: string) => {
      const { err, ...rest } = fields as { err?: unknown }
      const error = err === undefined ? '' : ` ${err instanceof Error ? (err.stack ?? err.message) : String(err)}`
      const line = `${((clock.now() - began) / 1000).toFixed(3)} ${name} ${level} ${message} ${JSON.stringify(rest)}${error}`
      onLine(line)
      if (!keepLog) return
      log.push(line)
      if (log.length > keptLines) log.shift()
    }
    return { debug: () => {}, info: write('info'), warn: write('WARN'), error: write('ERROR') }
  }

  const running = () => all.filter(({ dead }) => !dead)
  const fleet: Fleet = {
    running,
    fill(count) {
      for (const domain of domains) {
        const there = running().filter((replica) => replica.domain === domain && lasting.has(replica)).length
        for (let n = there + (coming.get(domain) ?? 0); n < count; n++) start(domain)
      }
    },
    extra: ({ election: withLease }) => start(draw.pick(domains), { withLease, lasts: false }),
    kill(replica, againMs) {
      const { domain, dead } = replica
      replica.kill()
      if (dead || !lasting.has(replica)) return
      coming.set(domain, (coming.get(domain) ?? 0) + 1)
      clock.after(againMs, () => {
        coming.set(domain, (coming.get(domain) ?? 0) - 1)
        if (!closed) start(domain)
      })
    },
    relieve(replica) {
      replica.dead = true
      void replica.controller.stop()
      start(replica.domain)
    },
    log,
    stop() {
      closed = true
      for (const replica of all) replica.kill()
    },
  }
  return fleet
}
