import { Stream } from '../../../bench/judge/random/philox.ts'
import { type Quantiles, quantiles, type Share, shareOf } from '../../../bench/judge/summary.ts'
import type { Release } from './release.ts'
import { serviceOf, type World, worlds } from './worlds.ts'

export interface Spread extends Quantiles {
  readonly max: number
}

/** What became of all releases of one world. */
export interface Summary {
  readonly world: World
  readonly runs: number
  readonly promoted: Share
  readonly rolledBack: Share
  readonly undecided: Share
  readonly broken: number
  readonly minutesToPromote: Spread | undefined
  readonly minutesToRollBack: Spread | undefined
  /** Of the new version, at the gateway; beyond those of the old one; and these as a share of all requests. */
  readonly bad: Spread | undefined
  readonly excess: Spread | undefined
  readonly harmed: Spread | undefined
  /** Releases with no more bad answers than promised. */
  readonly fewBad: Share
  /** Of the weights that were reached although more harm than the budget could hide there: those that were left for a greater one. */
  readonly leftTooEarly: Share | undefined
  readonly lost: number
  /** Records that say something else when they are judged again. */
  readonly departed: number
}

export function summaries(releases: readonly Release[]): readonly Summary[] {
  return worlds.flatMap((world) => {
    const own = releases.filter((release) => release.world === world.name)
    return own.length === 0 ? [] : [summaryOf(world, own)]
  })
}

function summaryOf(world: World, releases: readonly Release[]): Summary {
  const whole = releases.filter(({ result }) => result !== 'Broken')
  const having = (result: Release['result']) => releases.filter((release) => release.result === result)
  const share = (result: Release['result']) => shareOf(having(result).length, releases.length)
  const ends = ['Promoted', 'RolledBack', 'Undecided'] as const
  return {
    world,
    runs: releases.length,
    promoted: share('Promoted'),
    rolledBack: share('RolledBack'),
    undecided: share('Undecided'),
    broken: releases.length - ends.reduce((sum, result) => sum + having(result).length, 0),
    minutesToPromote: spread(having('Promoted'), ({ minutes }) => minutes),
    minutesToRollBack: spread(having('RolledBack'), ({ minutes }) => minutes),
    bad: spread(whole, ({ bad }) => bad),
    excess: spread(whole, ({ excess }) => excess),
    harmed: spread(whole, ({ excess, all }) => (all > 0 ? excess / all : 0)),
    fewBad: shareOf(whole.filter(({ bad }) => bad <= (world.promises.bad ?? Number.POSITIVE_INFINITY)).length, whole.length),
    leftTooEarly: world.promises.steady ? leftTooEarly(world, whole) : undefined,
    lost: releases.reduce((sum, { lost }) => sum + lost, 0),
    departed: releases.filter(({ departs }) => departs !== undefined).length,
  }
}

function spread(some: readonly Release[], value: (release: Release) => number): Spread | undefined {
  const values = some.map(value)
  const found = quantiles(values)
  return found && { ...found, max: Math.max(...values) }
}

function leftTooEarly(world: World, releases: readonly Release[]): Share | undefined {
  const beyond = (weight: number) => hidesTooMuch(world, weight)
  const count = (of: (release: Release) => readonly number[]) => releases.flatMap((release) => of(release).filter(beyond)).length
  const reached = count((release) => release.reached)
  return reached === 0
    ? undefined
    : shareOf(
        count((release) => release.left),
        reached,
      )
}

const margin = 1.5
const budget = 0.001

/** Whether the errors of a steady world are beyond what a step at that weight may leave possible: 1/w times the final margins. */
export function hidesTooMuch(world: World, weight: number): boolean {
  const truth = serviceOf(world, new Stream(0, world.name, 0))
  const moment = { since: 1, weight }
  const share = weight / 100
  const [fresh, old] = [truth.state('new', moment).errors, truth.state('old', moment).errors]
  return fresh >= (1 + (margin - 1) / share) * old + budget / share
}
