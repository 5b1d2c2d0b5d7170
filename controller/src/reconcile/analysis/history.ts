import { milliseconds } from '../../api/fields.ts'
import { learn } from '../../collect/history.ts'
import { informed } from '../../evidence/bench.ts'
import { namesOf } from '../../evidence/parts.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import { lagOf } from './lag.ts'
import type { AnalysisWorld, Memory } from './world.ts'

const seed = 1
const mostTries = 3

/** Learns, once and before the first interval, how much like pods of the old version differ. What cannot be learned is said, and the judge is more careful; a source that is busy or down is to be asked again (`learned` stays undefined). */
export async function learnHistory(run: AnalysisObject, memory: Memory, { sources, clock, log, turns }: AnalysisWorld): Promise<void> {
  const { spec, metadata } = run
  const names = new Set(memory.bench.record.parts.flatMap((part) => (part.judge === 'sequential' ? namesOf(part) : [])))
  const metrics = spec.metrics.filter(({ name }) => names.has(name))
  const arm = spec.arms.history ?? spec.arms.baseline
  const window = milliseconds(spec.history)
  if (metrics.length === 0 || !arm || window === 0) {
    memory.learned = []
    return
  }
  const leave = await turns.enter()
  try {
    const { history, sentences, busy } = await learn(
      {
        namespace: metadata.namespace,
        metrics,
        arm,
        args: spec.args ?? {},
        until: clock.now() - (await lagOf(metrics, metadata.namespace, sources)),
        history: window,
        step: milliseconds(spec.interval),
      },
      spec.canaryPods,
      sources,
      seed,
    )
    // Nothing is judged yet, so it may as well be asked again.
    if (busy && memory.tries++ < mostTries) return
    memory.bench = informed(memory.bench, history)
    memory.learned = sentences.slice(0, 40)
  } catch (error) {
    log.warn({ err: error, analysis: `${metadata.namespace}/${metadata.name}` }, 'the time before the run could not be looked at')
    memory.learned = ['The time before the run could not be looked at: the judge learns in the run, and is more careful.']
  } finally {
    leave()
  }
}
