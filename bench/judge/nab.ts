import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { planFor } from '../../analysis/src/plan.ts'
import type { Interval } from '../../analysis/src/table.ts'
import { look, looksUntil } from './judges/kayenta.ts'
import { watch } from './judges/ours.ts'
import { seriesOf } from './judges/series.ts'
import { Stream } from './random/philox.ts'

/** Windows of one recorded series: neighbouring points go to the two arms by a coin, the canary's are multiplied by `factor`. */
export interface NabTask {
  readonly kind: 'nab'
  readonly folder: string
  readonly file: string
  readonly factor: number
  readonly seed: number
  /** How often each window is drawn, with other coins. */
  readonly draws: number
}

/** One window of one draw: by judge, at which pair it fired; 0 for never. */
export type NabResult = Readonly<Record<string, number>>

const windowPoints = 120

/** The folder asked for, or the usual place beside the project; undefined when there is none. */
export function nabFolder(asked: string | undefined): string | undefined {
  const folder = asked ?? join(import.meta.dirname, '../../../shared/data/nab')
  return existsSync(folder) ? folder : undefined
}

export function nabTasks(folder: string, seed: number, draws: number): readonly NabTask[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .sort()
  return [1, 1.5, 2].flatMap((factor) =>
    files.map((file): NabTask => ({ kind: 'nab', folder, file, factor, seed, draws: factor === 1 ? draws : 1 })),
  )
}

/** An exact A/A (or A/A times a factor) from real values, both directions, alpha 5 %. */
export function runNab({ folder, file, factor, seed, draws }: NabTask): readonly NabResult[] {
  const values = readValues(readFileSync(join(folder, file), 'utf8'))
  const results: NabResult[] = []
  for (let from = 0; from + windowPoints <= values.length; from += windowPoints) {
    const window = values.slice(from, from + windowPoints)
    for (let draw = 0; draw < draws; draw++) {
      const intervals = swappedPairs(window, factor, new Stream(seed, file, from * 16 + draw))
      const series = seriesOf(intervals)
      const last = intervals.length
      results.push({
        'ours, tolerance 10 %': judged(intervals, 0.1),
        'ours, zero tolerance': judged(intervals, 0),
        'Kayenta once': look({ series }, [last], undefined, 'either'),
        'Kayenta each 5': look({ series }, looksUntil(last, 5), undefined, 'either'),
        'Kayenta each': look({ series }, looksUntil(last, 1), undefined, 'either'),
      })
    }
  }
  return results
}

/** Pairs are independent by their coins, which is what a correlation of 0 says. */
function judged(intervals: readonly Interval[], tolerance: number): number {
  const plan = planFor([{ name: 'value', form: 'gauge' }], { bake: 0 })
  const metrics = plan.metrics.map((metric) => ({ ...metric, tolerance, direction: 'either' as const, history: { correlation: 0 } }))
  return watch({ ...plan, metrics }, intervals).failedAt
}

function swappedPairs(values: readonly number[], factor: number, stream: Stream): readonly Interval[] {
  const intervals: Interval[] = []
  for (let at = 0; at + 1 < values.length; at += 2) {
    const heads = stream.uniform() < 0.5
    const canary = values[heads ? at : at + 1] ?? Number.NaN
    const baseline = values[heads ? at + 1 : at] ?? Number.NaN
    intervals.push({
      interval: at / 2 + 1,
      metrics: { value: { form: 'gauge', canary: { values: [canary * factor] }, baseline: { values: [baseline] } } },
    })
  }
  return intervals
}

/** The second column of lines like `2014-02-14 14:30:00,0.132`. */
export function readValues(csv: string): readonly number[] {
  return csv
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const value = Number(line.split(',')[1])
      return line.trim() === '' || Number.isNaN(value) ? [] : [value]
    })
}
