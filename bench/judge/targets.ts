import type { Contest, WorldSummary } from './contest.ts'
import { quickWorlds } from './contest.ts'
import { contenders } from './judges/all.ts'
import type { Cell, Quantiles, Share } from './summary.ts'

/** One promise, with what was measured. `ci`: it must hold for every change. */
export interface Target {
  readonly what: string
  readonly limit: string
  readonly measured: string
  readonly met: boolean
  readonly ci: boolean
}

const main = contenders[0]?.name ?? ''

/** Every promise of which something was measured. */
export function targets(contest: Contest): readonly Target[] {
  const cell = (world: string): Cell | undefined => contest.worlds.find(({ world: { name } }) => name === world)?.cells[main]
  return [
    ...falseRollbacks(contest.worlds),
    ...found('errors x2 at 3 errors/min', cell('rollout: errors x2'), { share: 0.99, minutes: 22 }),
    ...found('errors x5 at 3 errors/min', cell('rollout: errors x5'), { minutes: 3 }),
    ...found('latency x2', cell('rollout: latency x2'), { minutes: 2 }),
    ...found('latency +25 %', cell('rollout: latency +25 %'), { minutes: 4 }),
    ...found('late onset: x2 from minute 30', cell('errors x2 from minute 30'), { share: 1, minutes: 10 }),
    ...median('bad answers served at x2', cell('few errors x2: bad answers served')?.badServed, 40, ''),
    ...median('bad answers served at x5', cell('few errors x5: bad answers served')?.badServed, 10, ''),
    ...promoted('600 canary requests/min', cell('rollout: as ever'), 20),
    ...promoted('6,000 canary requests/min', cell('rollout: as ever, 60,000 requests/min'), proportional(cell('rollout: as ever'))),
    ...promoted(
      '6,000 canary requests/min, no gauges',
      cell('errors and latency only, 60000 requests/min'),
      proportional(cell('errors and latency only, 6000 requests/min')),
    ),
    ...contest.worlds
      .filter(({ world: { family } }) => family === 'margin')
      .flatMap(({ world: { name }, cells }) => atMost(`false pass ${name}`, cells[main]?.promoted, 0.05)),
    ...ramps(contest),
    ...laws(contest),
    ...(contest.speed ?? []).map(({ what, history, milliseconds }) =>
      target(
        `1,000 intervals of ${what}, ${history ? 'with' : 'without'} history`,
        '< 50 ms',
        `${milliseconds.toFixed(1)} ms`,
        milliseconds < 50,
      ),
    ),
    ...(contest.kayentaSpeed ?? []).map(({ samples, perSecond }) => {
      const least = samples <= 60 ? 1000 : 100
      return target(
        `Kayenta judgements a second, 10 metrics x ${samples} samples`,
        `>= ${least}`,
        `${Math.round(perSecond)}`,
        perSecond >= least,
      )
    }),
  ]
}

function target(what: string, limit: string, measured: string, met: boolean, ci = false): Target {
  return { what, limit, measured, met, ci }
}

/** Ten times the traffic: a tenth of the time, but not before the bake of five minutes is over. */
function proportional(slow: Cell | undefined): number {
  return Math.max(5, (slow?.minutesToPass?.median ?? 20) / 10)
}

function falseRollbacks(worlds: readonly WorldSummary[]): readonly Target[] {
  const clean = worlds.filter(({ world }) => world.truth === 'clean')
  const worst = (some: readonly WorldSummary[]): WorldSummary | undefined =>
    some.toSorted((a, b) => (b.cells[main]?.failed.share ?? 0) - (a.cells[main]?.failed.share ?? 0))[0]
  const line = (what: string, some: readonly WorldSummary[], limit: number): Target[] => {
    const most = worst(some)
    const failed = most?.cells[main]?.failed
    if (!most || !failed) return []
    return [target(what, `<= ${percent(limit)}`, `${shown(failed)}: ${most.world.name}`, failed.share <= limit)]
  }
  const ordinary = clean.filter(({ world: { stress } }) => !stress)
  return [
    ...line(`false rollbacks, worst of ${ordinary.length} ordinary clean worlds`, ordinary, 0.005),
    ...line(
      'false rollbacks, worst of the stress worlds',
      clean.filter(({ world: { stress } }) => stress),
      0.01,
    ),
    ...quickWorlds.clean.flatMap((name) => {
      const failed = clean.find(({ world }) => world.name === name)?.cells[main]?.failed
      return failed ? [target(`false rollbacks in ${name}`, '<= 1 %', shown(failed), failed.share <= 0.01, true)] : []
    }),
    ...quickWorlds.bad.flatMap((name) => {
      const rolledBack = worlds.find(({ world }) => world.name === name)?.cells[main]?.rolledBack
      if (!rolledBack) return []
      const missed = 1 - rolledBack.share
      return [target(`missed in ${name}`, '<= 1 %', `${percent(missed)} of ${rolledBack.of}`, missed <= 0.01, true)]
    }),
  ]
}

function found(what: string, cell: Cell | undefined, least: { share?: number; minutes: number }): readonly Target[] {
  if (!cell) return []
  const { share } = least
  return [
    ...(share === undefined ? [] : [target(`${what}: found`, `>= ${percent(share)}`, shown(cell.failed), cell.failed.share >= share)]),
    ...median(`${what}: minutes`, cell.minutesToFail, least.minutes, ' min'),
  ]
}

function median(what: string, measured: Quantiles | undefined, limit: number, unit: string): readonly Target[] {
  if (!measured) return []
  return [target(`${what}, median`, `<= ${limit}${unit}`, `${measured.median}${unit} (p90 ${measured.p90})`, measured.median <= limit)]
}

function promoted(what: string, cell: Cell | undefined, minutes: number): readonly Target[] {
  if (!cell) return []
  return [
    target(`healthy promoted at ${what}`, '>= 98 %', shown(cell.promoted), cell.promoted.share >= 0.98),
    ...median(`healthy promoted at ${what}: minutes`, cell.minutesToPass, minutes, ' min'),
  ]
}

function atMost(what: string, share: Share | undefined, limit: number): readonly Target[] {
  return share ? [target(what, `<= ${percent(limit)}`, shown(share), share.share <= limit)] : []
}

function ramps({ ramps: rows }: Contest): readonly Target[] {
  return rows.flatMap(({ kind, cell, expected, summary }): readonly Target[] => {
    const name = `ramp ${cell.name}`
    if (kind === 'bare') return []
    if (kind === 'margin') return atMost(`false promotion, ${name}`, summary.promoted, 0.05)
    if (kind === 'late') {
      return [target(`${name}: rolled back`, '>= 99 %', shown(summary.rolledBack), summary.rolledBack.share >= 0.99)]
    }
    if (kind !== 'healthy') {
      return [
        ...within(`${name}: bad answers more than usual`, summary.excessServed, expected.bad),
        ...within(`${name}: minutes`, summary.minutesToRollBack, expected.minutes),
      ]
    }
    const promotion =
      cell.rps >= 10 ? [target(`${name}: promoted`, '>= 98 %', shown(summary.promoted), summary.promoted.share >= 0.98)] : []
    return [...promotion, ...within(`${name}: minutes`, summary.minutesToPromote, expected.minutes)]
  })
}

function within(what: string, measured: Quantiles | undefined, expected: readonly [number, number] | undefined): readonly Target[] {
  if (!expected) return []
  const [usual] = expected
  const text = measured ? `${measured.median} (p90 ${measured.p90})` : 'never'
  return [
    target(`${what}, median`, `<= ${1.5 * usual} (1.5 x ${usual})`, text, (measured?.median ?? Number.POSITIVE_INFINITY) <= 1.5 * usual),
  ]
}

function laws({ laws: tried }: Contest): readonly Target[] {
  if (!tried) return []
  const line = (what: string, broken: number): Target =>
    target(`${what}: verdict changed`, '0', `${broken} of ${tried.tried} runs`, broken === 0, true)
  return [
    line('values x1000', tried.units),
    line('arms relabelled, direction turned', tried.relabelled),
    line('metrics renamed and reordered', tried.renamed),
    line('replayed from copies of the state', tried.replayed),
  ]
}

export function percent(share: number, digits = 2): string {
  return `${Number((100 * share).toFixed(digits))} %`
}

/** A share with its exact 95 % limits. */
export function shown({ share, low, high, of }: Share): string {
  return `${percent(share)} (${percent(low)} to ${percent(high)}, ${of} runs)`
}
