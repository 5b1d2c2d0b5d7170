import type { Interval } from '@serin/analysis'
import type { Metric } from '../../api/metric.ts'
import { namesOf, type Part } from '../../evidence/parts.ts'
import { fillTexts, textsOf } from '../../evidence/resolveTexts.ts'
import { SourceError } from '../../metrics/errors.ts'
import { scanPlaceholders } from '../../metrics/languages/scan.ts'
import { callWebhook } from '../../metrics/webhook.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import type { PartGathered } from './gather.ts'
import { jobOutcome } from './job.ts'
import { knownOf } from './words.ts'
import type { AnalysisWorld, Memory } from './world.ts'

const lookEveryMs = 2_000
const askAgainMs = 10_000

/** A Job or a webhook: its answer is the one measurement of its part, 1 for a pass. */
export async function askOnce(
  key: string,
  run: AnalysisObject,
  memory: Memory,
  part: Part & { intervals: readonly Interval[] },
  world: AnalysisWorld,
): Promise<PartGathered> {
  const nothing: PartGathered = { key: part.key, intervals: [], problems: [], next: undefined }
  const [name = ''] = namesOf(part)
  const metric = run.spec.metrics.find((one) => one.name === name)
  if (part.intervals.length > 0 || !metric) return nothing
  const answered = (value: number, said: string): PartGathered => ({
    ...nothing,
    said,
    intervals: [{ interval: 1, metrics: { [name]: { form: 'gauge', canary: { values: [value] } } } }],
  })
  if (metric.job) {
    const outcome = await jobOutcome(run, metric, world)
    if (outcome.state === 'over') return answered(outcome.passed ? 1 : 0, outcome.said)
    return {
      ...nothing,
      problems: outcome.problem === undefined ? [] : [{ what: name, kind: 'Query', because: outcome.problem }],
      next: world.clock.now() + lookEveryMs,
    }
  }
  const call = memory.calls.get(name)
  if (call?.value !== undefined) return answered(call.value, call.said ?? '')
  if (!call || call.state === 'due') void ask(key, run, metric, memory, world)
  if (call?.problem === undefined) return nothing
  return { ...nothing, problems: [{ what: name, kind: 'SourceDown', because: call.problem }], next: world.clock.now() + askAgainMs }
}

/** Asks a webhook beside everything else; its answer wakes the analysis. */
async function ask(key: string, run: AnalysisObject, metric: Metric, memory: Memory, world: AnalysisWorld): Promise<void> {
  const { name } = metric
  const { namespace } = run.metadata
  const { problem } = memory.calls.get(name) ?? {}
  memory.calls.set(name, { state: 'asking', ...(problem === undefined ? {} : { problem }) })
  try {
    const { webhook } = fillTexts(metric, { ...knownOf(run), secrets: await secretArgsOf(run, metric, world) })
    if (!webhook) return
    const { passed, because } = await callWebhook({
      spec: webhook,
      body: questionOf(run, name),
      secret: (ref) => world.secrets.value(namespace, ref),
      transport: world.transport,
      clock: world.clock,
      reach: 'tenant',
    })
    memory.calls.set(name, { state: 'answered', value: passed ? 1 : 0, said: because })
  } catch (error) {
    if (!(error instanceof SourceError)) world.log.warn({ err: error, analysis: key, metric: name }, 'a webhook could not be asked')
    const failed = error instanceof Error ? error.message : String(error)
    memory.calls.set(name, { state: 'asking', problem: failed })
    world.clock.after(askAgainMs, () => memory.calls.set(name, { state: 'due', problem: failed }))
  }
  world.wake(key)
}

/** Values of the secret arguments that this metric inserts: read for one use, kept nowhere. */
async function secretArgsOf(
  { spec, metadata }: AnalysisObject,
  metric: Metric,
  { secrets }: AnalysisWorld,
): Promise<Record<string, string>> {
  const bodies = textsOf(metric).filter(({ kind }) => kind === 'body')
  const inserted = new Set(bodies.flatMap(({ text }) => scanPlaceholders(text).map(({ name }) => name)))
  const used = spec.secretArgs.filter(({ name }) => inserted.has(`args.${name}`))
  const values = await Promise.all(
    used.map(async ({ name, secretKeyRef }) => [name, await secrets.value(metadata.namespace, secretKeyRef)] as const),
  )
  return Object.fromEntries(values)
}

function questionOf({ metadata, spec }: AnalysisObject, metric: string): Record<string, unknown> {
  const { for: purpose, arms } = spec
  return {
    analysis: metadata.name,
    namespace: metadata.namespace,
    metric,
    ...(purpose ? { rollout: purpose.rollout, run: purpose.run, stage: purpose.stage } : {}),
    canary: arms.canary,
    ...(arms.baseline ? { baseline: arms.baseline } : {}),
  }
}
