import type { AnalysisRunStatus } from '../../api/analysisRun.ts'
import { iso } from '../../api/fields.ts'
import type { RolloutStatus } from '../../api/rolloutStatus.ts'
import { type Bench, benchOf, emptyBench, last, lastData, patienceOf, stored, ungated } from '../../evidence/bench.ts'
import { type Course, courseOf } from '../../evidence/course.ts'
import { unpacked } from '../../evidence/record.ts'
import { type Problem, statusOf } from '../../evidence/status.ts'
import { KubeError } from '../../kube/errors.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import { same } from '../../traffic/patch.ts'
import { asAnalysis } from '../observe.ts'
import type { Recheck } from '../reconcile.ts'
import { patchStatus } from '../statusPatch.ts'
import { gather } from './gather.ts'
import { learnHistory } from './history.ts'
import { endJobs } from './job.ts'
import { type AnalysisWorld, type Memory, rolloutOf } from './world.ts'

/**
 * Looks at one AnalysisRun: gathers every interval that is over, has it judged, writes the status. May be called at any time and after any crash:
 * what is missing follows from the record in the status, and sources are asked for the past.
 */
export async function advance(key: string, world: AnalysisWorld): Promise<Recheck> {
  const object = world.caches.analyses.byKey(key)
  const run = object && asAnalysis(object)
  if (!run || isOver(run.status)) {
    world.memories.delete(key)
    return 'never'
  }
  const course = courseOf(
    { spec: run.spec, status: run.status, createdAt: Date.parse(run.metadata.creationTimestamp ?? '') },
    rolloutStatusOf(run, world),
  )
  let memory: Memory
  try {
    memory = recalled(key, run, course, world)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return write(run, { ...empty, phase: 'Error', message, endedAt: iso(world.clock.now()) }, 'never', key, world)
  }
  if (course.state === 'over') await endJobs(run, world)
  if (memory.learned === undefined && course.state !== 'over') await learnHistory(run, memory, world)
  const ready = course.state === 'running' && memory.learned !== undefined
  const gathered = ready ? await gather(key, run, memory, course.start, world) : { problems: [], next: undefined }
  if (run.spec.ignoreMissing) memory.bench = ungated(memory.bench, silentOnes(memory.bench))
  const status = statusNow(run, course, memory, gathered.problems, world)
  const next = memory.learned === undefined && course.state !== 'over' ? world.clock.now() + learnAgainMs : gathered.next
  return write(run, status, next === undefined || isOver(status) ? 'never' : { at: next }, key, world)
}

const learnAgainMs = 2_000

const empty: AnalysisRunStatus = { phase: 'Pending', message: '', intervals: 0, metrics: [], problems: [], learned: [] }

function isOver(status: AnalysisRunStatus | undefined): boolean {
  return status !== undefined && status.phase !== 'Pending' && status.phase !== 'Running'
}

function rolloutStatusOf(run: AnalysisObject, { caches }: AnalysisWorld): RolloutStatus | 'gone' | undefined {
  if (!run.spec.for) return undefined
  const rollout = rolloutOf(run, caches)
  if (!rollout || rollout.metadata.deletionTimestamp) return 'gone'
  return rollout.status as RolloutStatus | undefined
}

/** What is known of it in memory; after a restart from its record. */
function recalled(key: string, run: AnalysisObject, course: Course, { memories }: AnalysisWorld): Memory {
  const known = memories.get(key)
  const start = course.state === 'running' ? course.start : 0
  if (known?.uid === run.metadata.uid) {
    if (known.bench.record.start === 0 && start > 0) known.bench = { ...known.bench, record: { ...known.bench.record, start } }
    return known
  }
  const record = run.status?.record === undefined ? undefined : unpacked(run.status.record)
  const memory: Memory = {
    uid: run.metadata.uid,
    bench: record ? benchOf({ ...record, start: record.start || start }) : emptyBench(run.spec, start),
    learned: record ? run.status?.learned : undefined,
    calls: new Map(),
    tries: 0,
    downs: 0,
  }
  memories.set(key, memory)
  return memory
}

function silentOnes({ record }: Bench): string[] {
  return record.parts.flatMap((part) => [...lastData(part)].flatMap(([name, at]) => (last(part) - at >= patienceOf(part) ? [name] : [])))
}

function statusNow(
  run: AnalysisObject,
  course: Course,
  memory: Memory,
  problems: readonly Problem[],
  { clock }: AnalysisWorld,
): AnalysisRunStatus {
  const kept = stored(memory.bench)
  memory.bench = kept.bench
  return statusOf({
    spec: run.spec,
    before: run.status,
    course,
    bench: kept.bench,
    problems,
    learned: memory.learned ?? [],
    record: kept,
    now: clock.now(),
  })
}

/** One write, only when something changed. Somebody else's write in between: everything is looked at anew. */
async function write(run: AnalysisObject, status: AnalysisRunStatus, next: Recheck, key: string, world: AnalysisWorld): Promise<Recheck> {
  if (isOver(status)) world.memories.delete(key)
  if (run.status !== undefined && same(run.status, status)) return next
  try {
    await patchStatus({ kind: 'AnalysisRun', metadata: run.metadata }, status, world)
    return next
  } catch (error) {
    world.memories.delete(key)
    if (error instanceof KubeError && (error.conflict || error.notFound)) return 'soon'
    throw error
  }
}
