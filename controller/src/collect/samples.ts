import type { Samples } from '@serin/analysis'
import { combine } from '@serin/analysis'
import type { CollectedForm } from '../api/metric.ts'
import { classicSamples } from './classicHistogram.ts'
import { amountsOf, named } from './counters.ts'
import { endOf, type Grid, onEdges } from './increase.ts'
import { nativeSamples } from './nativeHistogram.ts'
import { MetricProblem, type Remarks } from './problems.ts'
import { beginnings, type Role, seenAt, type Unit } from './units.ts'

export interface How {
  readonly grid: Grid
  readonly counters: 'cumulative' | 'delta'
  readonly remarks: Remarks
}

/** What one unit showed, by interval; undefined where it showed nothing. */
export type UnitSamples<F extends CollectedForm> = readonly (Samples[F] | undefined)[]

type Reader<F extends CollectedForm> = (unit: Unit, how: How & { readonly fromZero: Uint8Array }) => UnitSamples<F>

const readers: { readonly [F in CollectedForm]: Reader<F> } = {
  ratio(unit, how) {
    const bad = amountsOf(unit.series.bad ?? [], how)
    const total = amountsOf(unit.series.total ?? [], how)
    return intervals(how.grid, (at) => {
      const of = known(total, at)
      if (of !== undefined) return { bad: known(bad, at) ?? 0, total: of }
      missing(unit, bad, at, how.remarks)
      return undefined
    })
  },
  count(unit, how) {
    const bad = amountsOf(unit.series.bad ?? [], how)
    if (unit.series.exposure === undefined) {
      // Each pod was exposed for the whole interval. Of an arm whose pods are not known nothing can be said.
      if (unit.pod === undefined)
        throw new MetricProblem(
          'Query',
          'The series do not name the pods, so how much each version was exposed is not known: write count.exposure, e.g. the counters of all requests',
        )
      const seen = seenAt(unit.series.bad ?? [], how.grid)
      return intervals(how.grid, (at) => (seen[endOf(at)] ? { count: known(bad, at) ?? 0, exposure: how.grid.step / 1000 } : undefined))
    }
    const exposure = amountsOf(unit.series.exposure, how)
    return intervals(how.grid, (at) => {
      const to = known(exposure, at)
      if (to !== undefined) return { count: known(bad, at) ?? 0, exposure: to }
      missing(unit, bad, at, how.remarks)
      return undefined
    })
  },
  histogram(unit, how) {
    const all = unit.series.query ?? []
    const native = all.filter(({ histograms }) => histograms !== undefined)
    const classic = all.filter(({ histograms }) => histograms === undefined)
    const [ofNative, ofClassic] = [nativeSamples(native, how), classicSamples(classic, how)]
    return intervals(how.grid, (at) => {
      const samples = [...(ofNative[at] ?? []), ...(ofClassic[at] ?? [])]
      return samples.length === 0 ? undefined : combine.histogram(samples)
    })
  },
  gauge(unit, { grid, remarks }) {
    const series = (unit.series.query ?? []).map((one) => ({ one, values: onEdges(one.points, grid) }))
    return intervals(grid, (at) => {
      const values: number[] = []
      for (const { one, values: all } of series) {
        const value = known(all, endOf(at))
        if (value === undefined) continue
        if (value >= 0 && value < Number.POSITIVE_INFINITY) values.push(value)
        else
          remarks.say(
            'gauge',
            () =>
              `${named(one.labels)} is ${value}, which is left out: gauges are compared by their quotient, so they are numbers from 0 up`,
          )
      }
      if (values.length === 0) return undefined
      if (values.length === 1 || unit.pod === undefined) return { values }
      remarks.say(
        'pod',
        () =>
          `It gives ${values.length} numbers for the pod ${unit.pod}, which is left out: a gauge is one number a pod, so write sum by (pod) (…) or max by (pod) (…)`,
      )
      return undefined
    })
  },
}

/** The role without which a unit has no data, where there is one. */
const witnesses: { readonly [F in CollectedForm]: Role | undefined } = {
  ratio: 'total',
  count: 'exposure',
  histogram: 'query',
  gauge: undefined,
}

/** What each unit showed, in every interval. Throws a MetricProblem for series that are not of the form. */
export function samplesOf<F extends CollectedForm>(form: F, units: readonly Unit[], how: How): ReadonlyMap<Unit, UnitSamples<F>> {
  const witness = witnesses[form]
  const asked = witness === undefined || units.some(({ series }) => series[witness] !== undefined)
  const fromZero = beginnings(units, asked ? witness : undefined, how.grid)
  const read = readers[form]
  return new Map(units.map((unit) => [unit, read(unit, { ...how, fromZero: fromZero.get(unit) ?? new Uint8Array(how.grid.intervals) })]))
}

function intervals<T>({ intervals: length }: Grid, sample: (at: number) => T | undefined): (T | undefined)[] {
  return Array.from({ length }, (_, at) => sample(at))
}

function known(values: Float64Array, at: number): number | undefined {
  const value = values[at]
  return value === undefined || Number.isNaN(value) ? undefined : value
}

function missing({ arm, pod }: Unit, bad: Float64Array, at: number, remarks: Remarks): void {
  const events = known(bad, at) ?? 0
  if (events > 0)
    remarks.say(
      'total',
      () =>
        `${pod === undefined ? `The ${arm}` : `The pod ${pod}`} has ${events} bad events in an interval without any number of all; they are left out: both queries must select the same pods`,
    )
}
