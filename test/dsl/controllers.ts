import { type Controller, startController } from '../../controller/src/controller.ts'
import type { Log } from '../../controller/src/kube/log.ts'
import type { Shard } from '../../controller/src/kube/shard.ts'
import type { Cluster } from './cluster.ts'
import { systemNamespace } from './install.ts'
import { type Death, type Lifeline, lifeline } from './lifeline.ts'
import { recorded } from './requests.ts'

export interface ControllerSettings {
  /** Only this namespace is looked after. */
  namespace?: string
  /** Whom it runs as. Default: serin, whom the installed policies exempt. */
  as?: 'serin' | 'other'
  leaseName?: string
  shard?: Shard
  /** Default: one alone, without a lease. */
  leaderElection?: boolean
  gate?: 'paused'
}

/** One controller under test. */
export interface Patient {
  controller: Controller
  lifeline: Lifeline
  identity: string
  /** A crash: nothing is finished. */
  kill(): void
  stop(): Promise<void>
}

/** The controllers of a scenario: those that run, and what all of them said. */
export interface Controllers {
  /** Resolves at once; the controller begins as time goes by. */
  start(settings: ControllerSettings): Patient
  running(): readonly Patient[]
  /** The next one that writes dies at the given write, and another starts in its place. */
  dieAt(patient: Patient, death: Death): void
  /** Newest last. */
  log: readonly string[]
  stop(): Promise<void>
}

const keptLines = 400

export function controllersOn(cluster: Cluster, random: () => number): Controllers {
  const all: { patient: Patient; settings: ControllerSettings }[] = []
  const log: string[] = []
  let made = 0

  const start = (settings: ControllerSettings): Patient => {
    const identity = `controller-${++made}`
    const line = lifeline(recorded(cluster.transportFor(settings.as ?? 'serin')))
    const controller = startController({
      transport: line,
      clock: cluster.clock,
      random,
      log: logInto(log, identity, cluster),
      identity,
      leaseNamespace: systemNamespace,
      ...(settings.namespace === undefined ? {} : { namespace: settings.namespace }),
      ...(settings.shard ? { shard: settings.shard } : {}),
      ...(settings.leaseName === undefined ? {} : { leaseName: settings.leaseName }),
      leaderElection: settings.leaderElection ?? false,
      ...(settings.gate ? { gate: settings.gate } : {}),
      ...(cluster.network ? { sourceTransport: cluster.network } : {}),
    })
    const forget = () => {
      const at = all.findIndex(({ patient: { identity: known } }) => known === identity)
      if (at >= 0) all.splice(at, 1)
    }
    const patient: Patient = {
      controller,
      lifeline: line,
      identity,
      kill() {
        forget()
        controller.kill()
        void line.close()
      },
      async stop() {
        forget()
        await controller.stop()
        await line.close()
      },
    }
    all.push({ patient, settings })
    return patient
  }

  return {
    start,
    running: () => all.map(({ patient }) => patient),
    dieAt(patient, death) {
      patient.lifeline.dieAt(death, () => {
        const settings = all.find((one) => one.patient === patient)?.settings
        log.push(`-- ${patient.identity} is killed`)
        patient.kill()
        if (settings) start(settings)
      })
    },
    log,
    async stop() {
      for (const { patient } of [...all]) patient.kill()
    },
  }
}

function logInto(lines: string[], identity: string, { clock }: Cluster): Log {
  const began = clock.now()
  const write = (level: string) => (fields: object, message: string) => {
    const { err, ...rest } = fields as { err?: unknown }
    const error = err === undefined ? '' : ` ${err instanceof Error ? (err.stack ?? err.message) : String(err)}`
    lines.push(`${((clock.now() - began) / 1000).toFixed(3)} ${identity} ${level} ${message} ${JSON.stringify(rest)}${error}`)
    if (lines.length > keptLines) lines.splice(0, lines.length - keptLines)
  }
  return { debug: () => {}, info: write('info'), warn: write('WARN'), error: write('ERROR') }
}
