import { type Contender, rival, type Trial } from './contender.ts'

/** An Argo-like analysis fails with the measurement by which more than so many have failed, of one metric. */
const failureLimit = 3
/** A Flagger-like one when so many checks have failed, of whichever metric. */
const checkLimit = 5

/** Limits on the canary alone, at so many times what is normal; and the canary held against the baseline in the same minute. */
export const thresholds: readonly Contender[] = [
  rival('fixed limit 2x normal, Argo-like', 0.2, (trial) => argo(trial, beyondNormal(2))),
  rival('fixed limit 5x normal, Argo-like', 0.2, (trial) => argo(trial, beyondNormal(5))),
  rival('fixed limit 2x normal, Flagger-like', 0.2, (trial) => flagger(trial, beyondNormal(2))),
  rival('fixed limit 5x normal, Flagger-like', 0.2, (trial) => flagger(trial, beyondNormal(5))),
  rival('canary > 1.5x baseline, Argo-like', 0.2, (trial) =>
    argo(trial, ({ series }, metric, at) => {
      const values = series[metric]
      return (values?.canary[at] ?? Number.NaN) > 1.5 * (values?.baseline[at] ?? Number.NaN)
    }),
  ),
]

type Check = (trial: Trial, metric: number, at: number) => boolean

function beyondNormal(times: number): Check {
  return ({ series, normal }, metric, at) => {
    const values = series[metric]
    return (values?.canary[at] ?? Number.NaN) > times * (normal[values?.metric ?? ''] ?? Number.NaN)
  }
}

function argo(trial: Trial, bad: Check): number {
  const failures = trial.series.map(() => 0)
  for (let at = 0; at < trial.intervals.length; at++) {
    for (const metric of failures.keys()) {
      if (!bad(trial, metric, at)) continue
      failures[metric] = (failures[metric] ?? 0) + 1
      if ((failures[metric] ?? 0) > failureLimit) return at + 1
    }
  }
  return 0
}

function flagger(trial: Trial, bad: Check): number {
  let failures = 0
  for (let at = 0; at < trial.intervals.length; at++) {
    if (trial.series.some((_, metric) => bad(trial, metric, at))) failures++
    if (failures >= checkLimit) return at + 1
  }
  return 0
}
