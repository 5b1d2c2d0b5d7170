import { type Quantiles, type Share, shareOf } from '../../../bench/judge/summary.ts'
import { percent, shown, type Target } from '../../../bench/judge/targets.ts'
import type { Release } from './release.ts'
import { usualErrors } from './service.ts'
import type { Summary } from './summary.ts'
import { worldNamed } from './worlds.ts'

const alpha = 0.05
const betaOfAStep = 0.2

/** Every promise of which something was measured. */
export function targets(summaries: readonly Summary[]): readonly Target[] {
  const sum = (count: (summary: Summary) => number, of = summaries) => of.reduce((total, summary) => total + count(summary), 0)
  const runs = sum((summary) => summary.runs)
  const none = (what: string, count: number) => target(what, 'none', `${count} in ${runs} releases`, count === 0)
  const healthy = summaries.filter(({ world }) => world.truth === 'healthy')
  const falseOnes = shareOf(
    sum(({ rolledBack }) => rolledBack.count, healthy),
    sum((summary) => summary.runs, healthy),
  )
  return [
    ...(falseOnes.of > 0
      ? [target('false rollbacks in all healthy worlds', `<= ${percent(alpha)} (alpha)`, shown(falseOnes), falseOnes.share <= alpha)]
      : []),
    ...summaries.flatMap(ofWorld),
    none(
      'records that say something else when they are judged again',
      sum(({ departed }) => departed),
    ),
    none(
      'requests that found no pod',
      sum(({ lost }) => lost),
    ),
    none(
      'releases that did not end as any release does',
      sum(({ broken }) => broken),
    ),
  ]
}

function ofWorld(summary: Summary): readonly Target[] {
  const { world, rolledBack, promoted, bad, fewBad, excess, harmed, minutesToRollBack, leftTooEarly } = summary
  const { name, promises } = world
  // A share that is missed by chance, as its limits say, ends nothing.
  const atMost = (what: string, measured: Share | undefined, limit: number | undefined) => {
    if (limit === undefined || !measured) return []
    const met = measured.share <= limit
    return [target(`${name}: ${what}`, `<= ${percent(limit)}`, shown(measured), met, met || measured.low > limit)]
  }
  const atLeast = (what: string, measured: Share, limit: number | undefined) => {
    if (limit === undefined) return []
    const met = measured.share >= limit
    return [target(`${name}: ${what}`, `>= ${percent(limit)}`, shown(measured), met, met || measured.high < limit)]
  }
  const share = (value: number) => percent(value, 3)
  const median = (what: string, measured: Quantiles | undefined, limit: number | undefined, show: (value: number) => string, ci = true) => {
    if (limit === undefined) return []
    const text = measured ? `${show(measured.median)} (p90 ${show(measured.p90)})` : 'never'
    const met = measured !== undefined && measured.median <= limit
    return [target(`${name}: ${what}, median`, `<= ${show(limit)}`, text, met, ci)]
  }
  return [
    ...atMost('rolled back', rolledBack, promises.rolledBackAtMost),
    ...atLeast('promoted', promoted, promises.promotedAtLeast),
    ...atMost('promoted', promoted, promises.promotedAtMost),
    ...atLeast('rolled back', rolledBack, promises.foundAtLeast),
    ...median('bad answers', bad, promises.bad, (value) => `${value}`),
    ...atLeast(`releases with at most ${promises.bad} bad answers`, fewBad, promises.bad && 0.95),
    ...median('bad answers beyond the old version’s', excess, promises.excess, (value) => value.toFixed(1)),
    ...median('minutes to the roll-back', minutesToRollBack, promises.minutes, (value) => `${Number(value.toFixed(2))}`),
    // The budget in the words of the docs, and as the judge reckons it: half as many again as usual are within every margin.
    ...median('share of all requests that was harmed', harmed, promises.budget, share, false),
    ...median('the same, with what the margin allows', harmed, promises.budget && promises.budget + usualErrors / 2, share),
    ...atMost('weights left although they could hide more than the budget', leftTooEarly, leftTooEarly && betaOfAStep),
  ]
}

function target(what: string, limit: string, measured: string, met: boolean, ci = true): Target {
  return { what, limit, measured, met, ci }
}

/** Whether that release went as it should. */
export function wentWell({ world: name, result, bad, lost, departs }: Release): boolean {
  const { truth, promises } = worldNamed(name)
  if (result === 'Broken' || lost > 0 || departs !== undefined) return false
  if (truth === 'healthy') return result === 'Promoted'
  const found = result === 'RolledBack' || (result === 'Undecided' && promises.foundAtLeast === undefined)
  if (truth === 'harmful') return found && (promises.bad === undefined || bad <= promises.bad)
  return true
}
