import { type Quantiles, quantiles, type Share, shareOf } from '../judge/summary.ts'
import { releaseKinds } from './kinds.ts'
import type { Release } from './release.ts'

export interface Spread extends Quantiles {
  readonly max: number
}

/** What became of all releases of one kind. */
export interface Summary {
  readonly kind: Release['kind']
  readonly runs: number
  readonly promoted: Share
  readonly rolledBack: Share
  readonly undecided: Share
  /** Those that neither decided nor could: the cluster, the controller or somebody's law broke. */
  readonly broken: number
  readonly minutesToPromote?: Spread
  readonly minutesToRollBack?: Spread
  /** Of the new version, at the gateway. */
  readonly requests?: Spread
  readonly bad?: Spread
  readonly excess?: Spread
  /** Releases with fewer bad answers than `fewBad`. */
  readonly fewBad: Share
  readonly lost: number
  /** Releases whose incident began before they were over. */
  readonly hit?: Share
  readonly millisecondsToZero?: Spread
}

/** Bad answers of a release with ten times the errors stay below this. */
export const fewBad = 40

export function summaries(releases: readonly Release[]): readonly Summary[] {
  const kinds = releaseKinds.map(({ name }) => name).filter((name) => releases.some(({ kind }) => kind === name))
  return kinds.map((kind) =>
    summaryOf(
      kind,
      releases.filter((release) => release.kind === kind),
    ),
  )
}

function summaryOf(kind: Release['kind'], releases: readonly Release[]): Summary {
  const whole = releases.filter(({ result }) => result !== 'Broken')
  const share = (some: readonly Release[]): Share => shareOf(some.length, releases.length)
  const having = (result: Release['result']) => releases.filter((release) => release.result === result)
  const spread = (some: readonly Release[], value: (release: Release) => number | undefined): Spread | undefined => {
    const values = some.flatMap((release) => value(release) ?? [])
    const found = quantiles(values)
    return found && { ...found, max: Math.max(...values) }
  }
  const optional = <K extends string>(name: K, value: Spread | undefined) => (value ? { [name]: value } : {}) as { [key in K]?: Spread }
  return {
    kind,
    runs: releases.length,
    promoted: share(having('Promoted')),
    rolledBack: share(having('RolledBack')),
    undecided: share(having('Undecided')),
    broken: releases.length - having('Promoted').length - having('RolledBack').length - having('Undecided').length,
    ...optional(
      'minutesToPromote',
      spread(having('Promoted'), ({ minutes }) => minutes),
    ),
    ...optional(
      'minutesToRollBack',
      spread(having('RolledBack'), ({ minutes }) => minutes),
    ),
    ...optional(
      'requests',
      spread(whole, ({ requests }) => requests),
    ),
    ...optional(
      'bad',
      spread(whole, ({ bad }) => bad),
    ),
    ...optional(
      'excess',
      spread(whole, ({ excess }) => excess),
    ),
    fewBad: share(whole.filter(({ bad }) => bad < fewBad)),
    lost: releases.reduce((sum, { lost }) => sum + lost, 0),
    ...(releases.some(({ hit }) => hit !== undefined) ? { hit: share(releases.filter(({ hit }) => hit)) } : {}),
    ...optional(
      'millisecondsToZero',
      spread(having('RolledBack'), ({ millisecondsToZero }) => millisecondsToZero),
    ),
  }
}
