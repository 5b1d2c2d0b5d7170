import type { MetricView } from '../../../../controller/src/server/dto/evidence.ts'

/** What is known of a metric, in four words; the order is that of their weight. */
export const metricClasses = ['bad', 'undecided', 'noData', 'good'] as const
export type MetricClass = (typeof metricClasses)[number]

/** The class of a metric. A verdict stands above all; without one, a metric that nothing was ever measured of is `noData`. */
export function classOf({ verdict, canary, baseline, ratio, dataAt }: MetricView): MetricClass {
  if (verdict === 'Fail') return 'bad'
  if (verdict === 'Pass') return 'good'
  const measured = [canary?.value, baseline?.value, ratio?.estimate].some((value) => value !== undefined)
  return measured || dataAt !== undefined ? 'undecided' : 'noData'
}

/** How many metrics there are of each class. */
export function tallyOf(metrics: readonly MetricView[]): Record<MetricClass, number> {
  const tally = { bad: 0, undecided: 0, noData: 0, good: 0 }
  for (const metric of metrics) tally[classOf(metric)] += 1
  return tally
}

/** Those of the chosen classes, the worst first; metrics of one class stay in the order they came in. */
export function chosen(metrics: readonly MetricView[], classes: ReadonlySet<MetricClass>): MetricView[] {
  return metrics
    .filter((metric) => classes.has(classOf(metric)))
    .sort((one, other) => metricClasses.indexOf(classOf(one)) - metricClasses.indexOf(classOf(other)))
}

/** The canary's value less the baseline's; absent where one of them is. */
export function differenceOf({ canary, baseline }: MetricView): number | undefined {
  return canary?.value === undefined || baseline?.value === undefined ? undefined : canary.value - baseline.value
}
