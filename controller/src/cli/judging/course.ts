import type { Interval, JudgeRecord, Verdict } from '@serin/analysis'
import { CliError } from '../exit.ts'
import { lookOf } from '../io.ts'
import { verdictLine } from '../render/verdict.ts'
import { type Call, isSet, text } from '../verb.ts'
import type { Bench } from './bench.ts'
import { guarded } from './guarded.ts'
import { type Judging, judgingOf } from './judging.ts'
import type { Take } from './tableInput.ts'

/**
 * A line with confidence limits costs a pass over all that came before. Lines have them while intervals times metrics are no more than this (ten
 * metrics for an hour), so that the whole stays quick; beyond, where the verdict changes and at the end.
 */
export const mostExplained = 600

/** The judge's way through the input. */
export interface Course {
  readonly intervals: readonly Interval[]
  readonly take: Take
  judging(): Judging
  /** Undefined as long as no interval had a metric. */
  bench(): Bench | undefined
  /** The input has ended: the last line is said again if it lacked its limits. */
  finish(): void
}

/** Intervals go to `chosen`, or, where no flag chose it, to the judge that their record names. With --each every interval is said. */
export function courseOf(call: Call, chosen: Judging): Course {
  const intervals: Interval[] = []
  let judging = chosen
  let bench: Bench | undefined
  let waiting: Interval[] = []
  let before: Verdict['verdict'] = 'continue'
  let owed = false
  const say = (verdict: Verdict, whole: boolean, news: boolean) => {
    if (text(call, 'output') === 'json') call.io.out(`${JSON.stringify(whole ? verdict : withoutLimits(verdict))}\n`)
    else call.io.out(`${verdictLine(lookOf(call.io), verdict, news)}\n`)
    owed = !whole
  }
  const judgeOne = (started: Bench, interval: Interval, last: boolean) => {
    guarded(() => started.observe(interval))
    if (!isSet(call, 'each')) return
    const plain = guarded(() => started.verdict())
    const news = plain.verdict !== before
    const whole = !started.explains || last || news || intervals.length * plain.metrics.length <= mostExplained
    say(whole && started.explains ? guarded(() => started.explained()) : plain, whole, news)
    before = plain.verdict
  }
  return {
    intervals,
    async take(interval, { last, record }) {
      // Intervals without any metric say nothing of what there is to judge.
      if (!bench && Object.keys(interval.metrics).length === 0) {
        waiting.push(interval)
        return
      }
      if (!bench) {
        judging = await meant(call, chosen, record)
        bench = judging.begin(interval, record)
        for (const one of waiting) {
          intervals.push(one)
          judgeOne(bench, one, false)
        }
        waiting = []
      }
      intervals.push(interval)
      judgeOne(bench, interval, last)
    },
    judging: () => judging,
    bench: () => bench,
    finish() {
      if (bench && owed) say(guarded(bench.explained), true, false)
    },
  }
}

/** A replay by another judge than the record's could only come out different. */
async function meant(call: Call, chosen: Judging, record: JudgeRecord | undefined): Promise<Judging> {
  if (!record || record.judge === chosen.name) return chosen
  if (text(call, 'judge') === undefined) return judgingOf(call, record.judge)
  if (isSet(call, 'replay') && record.verdict)
    throw new CliError(`the record holds a verdict of --judge ${record.judge}, which ${chosen.name} cannot come to again`, [
      'Leave --judge out to replay it, or --replay to have it judged anew.',
    ])
  return chosen
}

/** Limits that were not computed are left out: null would say that there are none. */
function withoutLimits({ metrics, ...rest }: Verdict): unknown {
  return { ...rest, metrics: metrics.map(({ ratio, ...metric }) => (ratio ? { ...metric, ratio: { estimate: ratio.estimate } } : metric)) }
}
