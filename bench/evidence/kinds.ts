import { Stream } from '../judge/random/philox.ts'

/** Share of requests that the old version answers with 500, as does a version with nothing wrong. */
export const usualErrors = 0.005

/** A kind of release that is made many times. */
export interface ReleaseKind {
  readonly name: 'healthy' | 'errors x5' | 'errors x10' | 'incidents'
  /** Beginning of its image tags. */
  readonly tag: string
  /** Of the new version. */
  readonly errorRate: number
  /** Releases in a full bench, and in a quick one. */
  readonly runs: number
  readonly quick: number
  /** What the new version depends on fails for both versions during the run. */
  readonly incident: boolean
}

const kind = (name: ReleaseKind['name'], tag: string, more: Partial<ReleaseKind> = {}): ReleaseKind => ({
  name,
  tag,
  errorRate: usualErrors,
  runs: 200,
  quick: 10,
  incident: false,
  ...more,
})

export const releaseKinds: readonly ReleaseKind[] = [
  kind('healthy', 'same'),
  kind('errors x5', 'fivefold', { errorRate: 5 * usualErrors }),
  kind('errors x10', 'tenfold', { errorRate: 10 * usualErrors }),
  kind('incidents', 'hit', { incident: true, runs: 50, quick: 5 }),
]

export function kindNamed(name: ReleaseKind['name']): ReleaseKind {
  const found = releaseKinds.find((one) => one.name === name)
  if (!found) throw new Error(`there is no kind of release named ${name}`)
  return found
}

/** Everything about one release that is left to chance. Times in milliseconds. */
export interface Chance {
  /** Between the end of the release before and this one: it begins anywhere within an interval. */
  readonly rest: number
  /** From the changed template; only of kinds with an incident. */
  readonly incident?: { readonly after: number; readonly length: number; readonly errorRate: number; readonly latencyFactor: number }
}

/** Depends on the arguments alone. */
export function chanceOf({ name, incident }: ReleaseKind, seed: number, number: number): Chance {
  const stream = new Stream(seed, name, number)
  const between = (low: number, high: number) => low + stream.uniform() * (high - low)
  const rest = Math.round(between(60_000, 120_000))
  if (!incident) return { rest }
  return {
    rest,
    incident: {
      after: Math.round(between(5_000, 120_000)),
      length: Math.round(between(15_000, 300_000)),
      errorRate: between(0.05, 0.5),
      latencyFactor: between(1, 4),
    },
  }
}
