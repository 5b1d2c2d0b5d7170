import type { Stream } from '../../../bench/judge/random/philox.ts'
import type { Disturbance } from './source.ts'

export type Version = 'old' | 'new'

/** `since`: milliseconds since the template changed, negative before. `weight`: percent of the gateway's requests that the new version gets. */
export interface Moment {
  readonly since: number
  readonly weight: number
}

/** What is true of one version at one moment. */
export interface State {
  /** Chance that a request is answered badly. */
  readonly errors: number
  /** How many times slower, how many times more CPU and memory than usual. */
  readonly latency: number
  readonly cpu: number
  readonly memory: number
}

/** The truth about one release, of which the controller sees counts alone. Nothing in it remembers anything. */
export interface Service {
  /** Requests a second at the gateway, and those that go straight to the root Service. */
  rps(moment: Moment): number
  direct(moment: Moment): number
  state(version: Version, moment: Moment): State
  /** How many times more bad answers vary than independent ones. */
  readonly dispersion: number
  /** Chance that an answer is counted as bad, whatever it was; the truth is counted where it is undefined. */
  readonly told?: (version: Version, moment: Moment) => number | undefined
  /** Processes that begin anew, a minute and pod; chance that a scrape of a pod fails. */
  readonly restarts: number
  readonly missing: number
  /** Of each pod's CPU and memory: standard deviation of the log. */
  readonly noise: number
  readonly disturbances: readonly Disturbance[]
}

/** Something that both versions depend on fails. Times in milliseconds since the template changed. */
export interface Incident {
  readonly after: number
  readonly length: number
  readonly errorRate: number
  readonly latency: number
}

/** What is wrong with the new version. */
export interface Harm {
  readonly errors?: { readonly factor: number; readonly extra?: number }
  readonly latency?: number
  readonly cpu?: number
  readonly memory?: (minutes: number) => number
  /** Whether it shows already; always when left out. */
  readonly shows?: (moment: Moment) => boolean
}

export interface ServiceSpec {
  readonly rps?: number | ((since: number) => number)
  readonly direct?: number
  /** Share of bad answers of the old version. */
  readonly errors?: number | ((since: number) => number)
  readonly dispersion?: number
  readonly harm?: Harm
  readonly incident?: Incident
  readonly told?: Service['told']
  readonly restarts?: number
  readonly missing?: number
  readonly noise?: number
  readonly disturbances?: readonly Disturbance[]
}

export const usualRps = 100
export const usualErrors = 0.005
const minute = 60_000

export function service(spec: ServiceSpec): Service {
  const { rps = usualRps, direct = 0, errors = usualErrors, dispersion = 1, harm, incident, told } = spec
  const at = (value: number | ((since: number) => number), since: number) => (typeof value === 'number' ? value : value(since))
  const hit = (since: number) => incident !== undefined && since >= incident.after && since < incident.after + incident.length
  return {
    rps: ({ since }) => at(rps, since),
    direct: ({ since }) => direct * at(rps, since),
    state(version, moment) {
      const { since } = moment
      const harmed = version === 'new' && (harm?.shows?.(moment) ?? true) ? harm : undefined
      const own = at(errors, since) * (harmed?.errors?.factor ?? 1) + (harmed?.errors?.extra ?? 0)
      const shared = hit(since) ? (incident?.errorRate ?? 0) : 0
      return {
        errors: Math.min(1, 1 - (1 - Math.min(1, own)) * (1 - shared)),
        latency: (harmed?.latency ?? 1) * (hit(since) ? (incident?.latency ?? 1) : 1),
        cpu: harmed?.cpu ?? 1,
        memory: harmed?.memory?.(since / minute) ?? 1,
      }
    },
    dispersion,
    ...(told ? { told } : {}),
    restarts: spec.restarts ?? 0,
    missing: spec.missing ?? 0,
    noise: spec.noise ?? 0.04,
    disturbances: spec.disturbances ?? [],
  }
}

/** An incident as they come: it begins within two minutes of the change, and lasts for up to five. */
export function anyIncident(stream: Stream): Incident {
  return {
    after: Math.round(between(stream, 5_000, 120_000)),
    length: Math.round(between(stream, 15_000, 300_000)),
    errorRate: between(stream, 0.05, 0.5),
    latency: between(stream, 1, 4),
  }
}

export const between = (stream: Stream, low: number, high: number): number => low + stream.uniform() * (high - low)
