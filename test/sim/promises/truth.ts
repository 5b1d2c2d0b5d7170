import { isDeepStrictEqual } from 'node:util'
import type { Obj } from '../../../sandbox/src/types.ts'
import { type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { awayFromRoot, imageOf, isSteady, secondsOf } from './sights.ts'
import { waitsForPeople } from './waits.ts'

export const aReasonForWaiting: Watch = (shop, sim) => {
  const silent = (sight: Sight): string | undefined => {
    const run = statusOf(sight)?.run
    return !run || (run.waiting?.for && run.waiting.because && run.waiting.since)
      ? undefined
      : `run ${run.id} is ${run.stage} and waits for ${JSON.stringify(run.waiting)}`
  }
  return {
    changed: (sight, { object }) => (object.kind === 'Rollout' ? silent(sight) : undefined),
    still(sight) {
      const run = statusOf(sight)?.run
      if (!run?.waiting || !sight.deployment || sim.fleet.running().some(({ jump }) => jump !== 0)) return undefined
      const { for: what, since, until, stuck } = run.waiting
      // Clocks of controllers may differ from the cluster's; and who began to sleep by a clock that was wrong sleeps to the end.
      const jumps = sim.plan.acts.filter(({ name }) => name === 'clockJumps').map((act) => Math.abs(act.with.ms))
      const overdue = (ms: number) => ms > 3_000 + sim.plan.skewMs + Math.max(0, ...jumps)
      if (until !== undefined) {
        const late = sim.clock.now() - Date.parse(until)
        return overdue(late) ? `run ${run.id} of ${shop.name} waits for ${what} until ${until}, and that was ${late} ms ago` : undefined
      }
      if (run.stage !== 'RollingBack' || run.weight.wanted === 0 || stuck !== undefined) return undefined
      const waits = sim.clock.now() - Date.parse(since)
      return overdue(waits - secondsOf(run.spec.progressDeadline))
        ? `run ${run.id} of ${shop.name} is stuck on its way back for ${waits} ms, and does not say so: it waits for ${what}`
        : undefined
    },
  }
}

export const theStatusTellsTheTruth: Watch = (shop) => {
  const look = (sight: Sight): string | undefined => {
    const { rollout, deployment } = sight
    const status = statusOf(sight)
    if (!rollout || !deployment || !status || rollout.metadata.deletionTimestamp) return undefined
    const { run, stable, phase } = status
    if (status.observedGeneration !== rollout.metadata.generation)
      return `the status is about generation ${status.observedGeneration}, and the Rollout is at ${rollout.metadata.generation}`
    const away = awayFromRoot(sight, shop.name)
    const image = imageOf(deployment)
    if (!run) {
      if (away > 0) return `no run is under way, and the routes give the new version ${away} %`
      if (phase !== 'Healthy') return undefined
      if (!isDeepStrictEqual(stable?.images, [image])) return `it is Healthy with ${stable?.images}, and the Deployment wants ${image}`
      // Without a pod wanted there is nothing by which to find the one that was made in its place.
      if (!sight.sets.has(stable.set) && deployment.spec.replicas > 0) return `the stable set ${stable.set} does not exist`
      // A version that crashes by itself now and then was judged before.
      if (!isSteady(image)) return undefined
      // Its native controller may not make them, and tries less and less often.
      const { conditions = [] } = sight.sets.get(stable.set)?.status ?? {}
      if (conditions.some(({ type }: Obj['status']) => type === 'ReplicaFailure')) return undefined
      const { availableReplicas = 0, updatedReplicas = 0 } = deployment.status ?? {}
      return (availableReplicas > 0 || deployment.spec.replicas === 0) && updatedReplicas === deployment.spec.replicas
        ? undefined
        : `it is Healthy, and ${availableReplicas} of ${deployment.spec.replicas} pods are available, ${updatedReplicas} of them of the present template`
    }
    if (run.stage !== 'Stepping') return undefined
    // What was taken from the routes is wanted again, and not given while pods are missing.
    const { wanted, actual } = run.weight
    if (run.mode === 'Routes' && Math.min(Math.abs(away - wanted), Math.abs(away - actual)) > 0.6)
      return `the status says ${actual} %, and ${wanted} % are wanted; the routes give ${away} %`
    const canary = sight.sets.get(run.to.set)
    const [replicas, there]: [number, number] = [canary?.spec.replicas ?? 0, canary?.status?.availableReplicas ?? 0]
    const share = (100 * replicas) / Math.max(1, deployment.spec.replicas + replicas)
    const moves = ['weight', 'scale'].includes(run.step?.kind)
    if (run.mode === 'Pods' && run.weight.wanted > 0 && !moves && there >= replicas && Math.abs(share - run.weight.actual) > 0.6)
      return `the status says ${run.weight.actual} %, and ${replicas} pods beside ${deployment.spec.replicas} are ${Math.round(share)} %`
    if (!isDeepStrictEqual(run.to.images, [image])) return `the run releases ${run.to.images}, and the Deployment wants ${image}`
    const written = run.spec.canary?.steps?.[run.step?.index]
    if (!run.step || run.step.index >= run.steps || (written && !(run.step.kind in written)))
      return `the run is at step ${JSON.stringify(run.step)} of ${run.steps}, which says ${JSON.stringify(written)}`
    // What somebody deleted is waited for first.
    const gone = shop.mode !== 'Pods' && (!sight.service || sight.routes.size < shop.routes.length)
    if ((phase === 'Paused') !== waitsForPeople(sight) && !(gone && phase === 'Progressing'))
      return `the phase is ${phase}, and the run ${waitsForPeople(sight) ? 'waits for people' : 'waits for nobody'}: ${run.waiting?.for}`
    // A step counts again when the weights before it have settled, which takes long by a clock that is behind.
    const settles = run.step?.kind === 'scale' && / to settle$/.test(run.waiting?.for)
    const deleted = run.waiting?.for.endsWith(' to be made again')
    if (!run.canary || run.weight.wanted === 0 || run.paused || deleted || rollout.spec.paused || settles) return undefined
    // Of a version that crashes by itself now and then the number is another one in any moment.
    if (!isSteady(image)) return undefined
    return run.canary.available !== there
      ? `the status counts ${run.canary.available} available pods of the new version, and ${there} are`
      : undefined
  }
  return { still: look, calm: look, rested: look }
}

export const historyIsKept: Watch = (shop) => {
  let before: { uid: string; status: Obj['status'] } | undefined
  return {
    changed(_, { type, object }) {
      if (object.kind !== 'Rollout') return undefined
      const { status, metadata, spec } = object
      const was = before?.uid === metadata.uid ? before.status : undefined
      before = type === 'DELETED' || !status ? undefined : { uid: metadata.uid, status }
      if (!status || type === 'DELETED') return undefined
      const { history = [], lastRun = 0, run } = status as { history?: Obj['status'][]; lastRun?: number; run?: Obj['status'] }
      if (run && run.id !== lastRun) return `run ${run.id} is under way, and the last run is ${lastRun}`
      for (const [at, { id, startedAt, endedAt }] of history.entries()) {
        if (id > lastRun || (at > 0 && id >= history[at - 1].id))
          return `the history is of runs ${history.map((one) => one.id).join(', ')}, the last is ${lastRun}`
        if (!startedAt || !endedAt) return `run ${id} in the history has no beginning or no end`
      }
      if (run && history[0]?.id >= run.id) return `run ${run.id} is under way, and stands in the history`
      if (!was) return undefined
      if (lastRun < was.lastRun || lastRun > was.lastRun + 1) return `the last run was ${was.lastRun}, and is ${lastRun}`
      for (const entry of history) {
        const known = was.history.find(({ id }: { id: number }) => id === entry.id)
        if (known && !isDeepStrictEqual(known, entry)) return `what stands in the history of ${shop.name} of run ${entry.id} was changed`
      }
      const ended = was.run && was.run.id !== run?.id
      if (ended && spec.historyLimit !== 0 && !metadata.deletionTimestamp && !history.some(({ id }) => id === was.run.id) && status.stable)
        return `run ${was.run.id} is over, and stands in no history`
      return undefined
    },
  }
}

export const conditionsAgree: Watch = () => ({
  changed(_, { type, object, old }) {
    if (object.kind !== 'Rollout' || type === 'DELETED' || !object.status?.conditions?.length) return undefined
    const { phase, conditions, observedGeneration, run, message } = object.status
    const of = (kind: string) => conditions.find((one: Obj['status']) => one.type === kind)
    const [ready, reconciling, stalled] = ['Ready', 'Reconciling', 'Stalled'].map((kind) => of(kind)?.status === 'True')
    const shown = `phase ${phase}, Ready ${ready}, Reconciling ${reconciling}, Stalled ${stalled}`
    if (ready !== (phase === 'Healthy')) return shown
    if ([ready, reconciling, stalled].filter(Boolean).length !== 1) return shown
    // Stuck over pods that do not come: then people have to do something.
    const stuck = stalled && run?.waiting?.stuck !== undefined && of('Stalled').reason === 'Stuck'
    if (run && !reconciling && !stuck) return `run ${run.id} is under way: ${shown}`
    if ((phase === 'Progressing' || phase === 'Paused') && !reconciling) return shown
    if (!message) return `${shown}, without a message`
    for (const condition of conditions) {
      const was = old?.status?.conditions?.find((one: Obj['status']) => one.type === condition.type)
      if (condition.observedGeneration !== observedGeneration)
        return `condition ${condition.type} is of generation ${condition.observedGeneration}`
      if (
        was &&
        (was.status === condition.status) !== (was.lastTransitionTime === condition.lastTransitionTime) &&
        was.status === condition.status
      )
        return `condition ${condition.type} stayed ${was.status}, and says it changed at ${condition.lastTransitionTime}`
    }
    return undefined
  },
})
