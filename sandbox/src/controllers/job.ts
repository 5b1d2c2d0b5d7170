import { ApiError, type Obj } from '../types.ts'
import { type Context, clusterUser, targetOf, writeStatus } from './context.ts'
import { equal } from './equal.ts'
import { countPods, endedPods, finish, finishedSince, type JobStatus, outcome, waitAfterFailures } from './jobStatus.ts'
import { claim, controllerOf, controllerReference } from './owners.ts'
import { isActive } from './podState.ts'
import { keyOf } from './store.ts'
import { timestamp } from './time.ts'
import { createWorkSet } from './workSet.ts'

const user = clusterUser('job-controller')
const component = 'job-controller'
/** On every pod until it is counted, so that no deletion loses it. */
const trackingFinalizer = 'batch.kubernetes.io/job-tracking'

/**
 * Runs the Jobs of the cluster, and deletes those whose time to live after their end is over, until the returned function is called.
 * Indexed Jobs are left alone; policies for single failures and successes do not count.
 */
export function startJobs(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'job', (key) => sync(ctx, key))
  const stops = [
    ctx.store.on('Job.batch', ({ object }) => queue.add(keyOf(object))),
    ctx.store.on('Pod', ({ object }) => {
      const owner = controllerOf(object)
      if (owner?.kind === 'Job') queue.add(`${object.metadata.namespace}/${owner.name}`)
    }),
  ]
  for (const job of ctx.store.list('Job.batch')) queue.add(keyOf(job))
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

function sync(ctx: Context, key: string): number | undefined {
  const job = ctx.store.get('Job.batch', key)
  letGoOfOrphans(ctx, key, job)
  if (!job) return undefined
  const over = finishedSince(job)
  if (over !== undefined) return expire(ctx, job, over)
  if (job.spec.completionMode === 'Indexed') return undefined
  const now = timestamp(ctx.clock.now())
  const all = claim(ctx, user, job, job.spec.selector, ctx.store.claimable('Pod', job))
  const { active: _, ...known } = job.status ?? {}
  const status: JobStatus = { ...known, conditions: known.conditions ?? [] }
  if (!status.startTime && !job.spec.suspend) status.startTime = now
  const uncounted = endedPods(status, all.filter(isTracked))
  const counts = {
    succeeded: (status.succeeded ?? 0) + uncounted.succeeded.length,
    failed: (status.failed ?? 0) + uncounted.failed.length,
  }
  const active = all.filter(isActive)
  const decided = outcome(job, status, all, counts, ctx.clock.now())
  let wait: number | undefined
  if (decided?.type === 'Failed') {
    for (const pod of active) remove(ctx, job, pod)
    // every pod that has not succeeded counts as failed
    for (const { metadata } of active) uncounted.failed.push(metadata.uid)
    counts.failed += active.length
  } else if (!decided) wait = manage(ctx, job, all, active, counts)
  writeProgress(ctx, job, status, uncounted, counts, decided)
  return wait
}

const isTracked = (pod: Obj) => pod.metadata.finalizers?.includes(trackingFinalizer) === true

/** Pods whose Job is gone, or is another by that name, are not counted any more. */
function letGoOfOrphans(ctx: Context, key: string, job: Obj | undefined): void {
  const slash = key.indexOf('/')
  for (const pod of ctx.store.list('Pod', key.slice(0, slash))) {
    const owner = controllerOf(pod)
    if (owner?.kind === 'Job' && owner.name === key.slice(slash + 1) && owner.uid !== job?.metadata.uid) release(ctx, pod)
  }
}

/** Makes and deletes pods; gives the time until it may make the next one, or until the Job's deadline. */
function manage(ctx: Context, job: Obj, all: Obj[], active: Obj[], counts: { succeeded: number; failed: number }): number | undefined {
  if (job.metadata.deletionTimestamp) return undefined
  const { parallelism, completions, suspend, activeDeadlineSeconds } = job.spec
  const left = completions === undefined ? (counts.succeeded > 0 ? active.length : parallelism) : completions - counts.succeeded
  const wanted = suspend ? 0 : Math.max(0, Math.min(left, parallelism))
  const surplus = active.slice(wanted)
  for (const pod of surplus) remove(ctx, job, pod)
  const started = Date.parse(job.status?.startTime ?? timestamp(ctx.clock.now()))
  const deadline = activeDeadlineSeconds === undefined || suspend ? [] : [started + activeDeadlineSeconds * 1000 - ctx.clock.now()]
  const pause = wanted > active.length ? waitAfterFailures(all, counts.failed, ctx.clock.now()) : 0
  if (pause === 0) for (let missing = wanted - active.length; missing > 0; missing--) create(ctx, job)
  const waits = [...deadline, ...(pause > 0 ? [pause] : [])]
  return waits.length > 0 ? Math.max(1, Math.min(...waits)) : undefined
}

/** First what ended is noted and the pods are let go of, then it is counted: a failure between the two counts nothing twice. */
function writeProgress(
  ctx: Context,
  job: Obj,
  status: JobStatus,
  uncounted: { succeeded: string[]; failed: string[] },
  counts: { succeeded: number; failed: number },
  decided: ReturnType<typeof outcome>,
): void {
  const now = timestamp(ctx.clock.now())
  const pods = ctx.store.dependents(job.metadata.uid).filter(({ kind }) => kind === 'Pod')
  const noted = {
    ...status,
    conditions: decided ? decided.interim(status.conditions, now) : suspension(job, status, now),
    ...countPods(pods),
    uncountedTerminatedPods: {
      ...(uncounted.succeeded.length > 0 ? { succeeded: uncounted.succeeded } : {}),
      ...(uncounted.failed.length > 0 ? { failed: uncounted.failed } : {}),
    },
  }
  const current = written(ctx, job, noted)
  const ended = new Set([...uncounted.succeeded, ...uncounted.failed])
  for (const pod of pods) if (ended.has(pod.metadata.uid) || job.metadata.deletionTimestamp) release(ctx, pod)
  const { uncountedTerminatedPods: _, ...rest } = noted
  const counted = {
    ...rest,
    ...(counts.succeeded > 0 ? { succeeded: counts.succeeded } : {}),
    ...(counts.failed > 0 ? { failed: counts.failed } : {}),
    uncountedTerminatedPods: {},
  }
  // it is over only once no pod of it is under way
  const final = decided && noted.terminating === 0 ? finish(counted, decided, now) : counted
  written(ctx, current, final)
  if (!decided || final === counted) return
  const { type, reason, message } = decided
  if (type === 'Complete') ctx.events.tell(job, 'Normal', 'Completed', 'Job completed', component)
  else ctx.events.tell(job, 'Warning', reason, message, component)
}

function suspension(job: Obj, { conditions }: JobStatus, now: string): JobStatus['conditions'] {
  const before = conditions.find(({ type }) => type === 'Suspended')
  const status = job.spec.suspend ? 'True' : 'False'
  if (before ? before.status === status : !job.spec.suspend) return conditions
  const why = job.spec.suspend ? { reason: 'JobSuspended', message: 'Job suspended' } : { reason: 'JobResumed', message: 'Job resumed' }
  const others = conditions.filter(({ type }) => type !== 'Suspended')
  return [...others, { type: 'Suspended', status, lastProbeTime: now, lastTransitionTime: now, ...why }]
}

function written(ctx: Context, job: Obj, { conditions, ...rest }: JobStatus): Obj {
  const status = { ...(conditions.length > 0 ? { conditions } : {}), ...rest }
  return equal(status, job.status) ? job : writeStatus(ctx, user, job, status)
}

function create(ctx: Context, job: Obj): void {
  const { metadata = {}, spec } = job.spec.template
  const pod = ctx.api.create(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${job.metadata.name}-`,
        namespace: job.metadata.namespace,
        ...(metadata.labels ? { labels: metadata.labels } : {}),
        ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
        finalizers: [...(metadata.finalizers ?? []), trackingFinalizer],
        ownerReferences: [controllerReference(job)],
      } as unknown as Obj['metadata'],
      spec,
    },
    { as: user, fieldManager: 'kube-controller-manager' },
  )
  ctx.events.tell(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, component)
}

function remove(ctx: Context, job: Obj, pod: Obj): void {
  try {
    ctx.api.delete(targetOf(pod), { as: user, uid: pod.metadata.uid })
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error
  }
  ctx.events.tell(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, component)
}

function release(ctx: Context, pod: Obj): void {
  const current = ctx.store.byUid(pod.metadata.uid)
  if (!current || !isTracked(current)) return
  const { uid, resourceVersion, finalizers = [] } = current.metadata
  const body = { metadata: { uid, resourceVersion, finalizers: finalizers.filter((name) => name !== trackingFinalizer) } }
  ctx.api.patch(targetOf(current), { type: 'merge', body }, { as: user, fieldManager: 'kube-controller-manager' })
}

/** Deletes a Job whose time after its end is over; else gives the time that is left. */
function expire(ctx: Context, job: Obj, endedAt: number): number | undefined {
  const seconds: number | undefined = job.spec.ttlSecondsAfterFinished
  if (seconds === undefined || job.metadata.deletionTimestamp) return undefined
  const left = endedAt + seconds * 1000 - ctx.clock.now()
  if (left > 0) return left
  ctx.api.delete(targetOf(job), { as: clusterUser('ttl-after-finished-controller'), uid: job.metadata.uid, propagation: 'Foreground' })
  return undefined
}
