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
  { scenario: 'real idle', figure: 'writes', what: '1,000 at rest: writes', most: 0, unit: '' },
  { scenario: 'real restart', figure: 'reads', what: 'start with 1,000: reads', most: 30, unit: '' },
  { scenario: 'real restart', figure: 'writes', what: 'start with 1,000: writes', most: 0, unit: '' },
  { scenario: 'real restart', figure: 'secondsUntilAllLookedAt', what: 'start with 1,000: until all are looked at', most: 3, unit: 's' },
  { scenario: 'real single', figure: 'longestDeviationOfAPauseMs', what: 'a pause of 5 s is exact', most: 100, unit: 'ms' },
  { scenario: 'real storm of 200', figure: 'timesIdeal', what: '200 releases at once', most: 1.5, unit: 'times the ideal' },
  { scenario: 'real storm of 1000', figure: 'timesIdeal', what: '1,000 releases at once', most: 4, unit: 'times the ideal' },
  ...['real storm of 200', 'real storm of 1000'].flatMap((scenario): Promised[] => [
    { scenario, figure: 'cpuMillisecondsARelease', what: `${scenario}: CPU a release`, most: 40, unit: 'ms' },
    { scenario, figure: 'writesARelease', what: `${scenario}: writes a release`, most: 16, unit: '' },
    {
      scenario,
      figure: 'writesWithNativeOnesARelease',
      what: `${scenario}: writes a release, with the native controllers'`,
      most: 36,
      unit: '',
    },
    // Those at the start of a run and the one before its end.
    { scenario, figure: 'readsARelease', what: `${scenario}: reads a release`, most: 5, unit: '' },
    { scenario, figure: 'reconcileP99Ms', what: `${scenario}: reconcile p99`, most: 100, unit: 'ms' },
  ]),
  ...(
    [
      ['SIGKILL', 6],
      ['SIGTERM', 1],
    ] as const
  ).map(
    ([signal, most]): Promised => ({
      scenario: 'real failover',
      figure: `${signal}: seconds until the next one writes`,
      what: `${signal} of the leader: until the next one writes`,
      most,
      unit: 's',
    }),
  ),
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
