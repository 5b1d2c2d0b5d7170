import type { Clock } from '../../controller/src/clock.ts'
import { type Controller, startController } from '../../controller/src/controller.ts'
import type { Log } from '../../controller/src/kube/log.ts'
import type { SourceTransport } from '../../controller/src/metrics/transport.ts'
import type { SandboxClock } from '../../sandbox/src/types.ts'
import { systemNamespace } from '../dsl/install.ts'
import type { Carrier } from './carrier.ts'
import type { Draw } from './random.ts'

/** One process of the controller. */
export interface Replica {
  name: string
  controller: Controller
  dead: boolean
  kill(): void
  stop(): Promise<void>
  /** The whole process stands still, as one that is swapped out: neither timers nor answers arrive. */
  freeze(ms: number): void
  /** Its clock shows so much more than the cluster's. */
  skew: number
}

/** The Deployment of the controller: what dies is replaced. */
export interface Fleet {
  running(): readonly Replica[]
  start(): Replica
  /** Dies; another starts so much later. */
  kill(replica: Replica, againMs: number): void
  log: readonly string[]
  stop(): void
}

const keptLines = 600

export interface FleetOptions {
  clock: SandboxClock
  carrier: Carrier
  draw: Draw
  source: SourceTransport
  /** With one replica alone there is no lease. */
  election: boolean
  /** Keeps the sentences of the logs; without, only how many there were. */
  keepLog: boolean
  /** Every line that a controller logs, as it would be printed. */
  onLine(line: string): void
}

export function fleetOf({ clock, carrier, draw, source, election, keepLog, onLine }: FleetOptions): Fleet {
  const all: Replica[] = []
  const log: string[] = []
  let made = 0
  let closed = false
  const began = clock.now()

  const start = (): Replica => {
    const name = `controller-${++made}`
    let frozenUntil = 0
    const frozen = async (): Promise<void> => {
      while (clock.now() < frozenUntil) await new Promise<void>((resolve) => clock.after(frozenUntil - clock.now(), resolve))
    }
    const own: Clock = {
      now: () => clock.now() + replica.skew,
      after(ms, fn) {
        let cancel = () => {}
        const due = () => {
          const left = frozenUntil - clock.now()
          if (left > 0) cancel = clock.after(left, due)
          else fn()
        }
        cancel = clock.after(ms, due)
        return () => cancel()
      },
    }
    const line = carrier.lineOf({ name, kill: () => fleet.kill(replica, draw.whole(50, 1_500)), frozen })
    const replica: Replica = {
      name,
      dead: false,
      skew: 0,
      controller: undefined as unknown as Controller,
      kill() {
        replica.dead = true
        replica.controller.kill()
      },
      async stop() {
        replica.dead = true
        await replica.controller.stop()
      },
      freeze(ms) {
        frozenUntil = Math.max(frozenUntil, clock.now() + ms)
      },
    }
    replica.controller = startController({
      transport: line,
      clock: own,
      random: draw.fork(name).next,
      log: logInto(name),
      identity: name,
      leaseNamespace: systemNamespace,
      leaderElection: election,
      sourceTransport: source,
    })
    all.push(replica)
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

  const fleet: Fleet = {
    running: () => all.filter(({ dead }) => !dead),
    start,
    kill(replica, againMs) {
      if (replica.dead) return
      replica.kill()
      clock.after(againMs, () => {
        if (!closed) start()
      })
    },
    log,
    stop() {
      closed = true
      for (const replica of all) if (!replica.dead) replica.kill()
    },
  }
  return fleet
}
