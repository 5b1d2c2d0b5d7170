import type { Target } from '../judge/targets.ts'
import type { Figures } from './figures.ts'

/** One promise: of a figure of a scenario, at most so much. */
interface Promised {
  scenario: string
  figure: string
  what: string
  most: number
  unit: string
}

const promised: readonly Promised[] = [
  { scenario: 'embedded idle', figure: 'rssMiBAfterStart', what: '10,000 at rest: resident after a start', most: 300, unit: 'MiB' },
  { scenario: 'embedded idle', figure: 'rssMiB', what: '10,000 at rest: resident after some minutes', most: 300, unit: 'MiB' },
  { scenario: 'embedded idle', figure: 'writes', what: '10,000 at rest: writes', most: 0, unit: '' },
  { scenario: 'embedded start', figure: 'writes', what: 'start with 10,000: writes', most: 0, unit: '' },
  { scenario: 'embedded active', figure: 'reconcileP99Ms', what: '1,000 of 10,000 released at once: reconcile p99', most: 100, unit: 'ms' },
  {
    scenario: 'embedded active',
    figure: 'cpuMillisecondsARelease',
    what: '1,000 of 10,000 released at once: CPU a release',
    most: 40,
    unit: 'ms',
  },
]

/** Every promise of which something was measured. */
export function targets(results: Readonly<Record<string, Figures>>): readonly Target[] {
  return promised.flatMap(({ scenario, figure, what, most, unit }) => {
    const measured = results[scenario]?.[figure]
    if (typeof measured !== 'number') return []
    const of = (value: number) => `${value} ${unit}`.trim()
    return [{ what, limit: most === 0 ? 'none' : `<= ${of(most)}`, measured: of(measured), met: measured <= most, ci: false }]
  })
}
