import type { Obj } from '../../../sandbox/src/types.ts'
import { controllerOf, type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { sourceLagMs } from '../shop.ts'
import { natureOf } from '../versions.ts'
import { awayFromRoot, courseOf, imageOf, isSteady, letGoIn, managedLabel, releaseAnnotation, versionOf } from './sights.ts'

const setOf = (sight: Sight, pod: Obj): Obj | undefined =>
  sight.sets.get(pod.metadata.ownerReferences?.find(({ kind }) => kind === 'ReplicaSet')?.name ?? '')

/** So long after a fault a write may still be on its way. */
const lateMs = 10_000

export const badStaysAway: Watch = (shop, sim) => {
  /** Templates that were refused, and the sets of theirs. */
  const refused = new Map<string, string>()
  const seen = new Set<number>()
  let commit = false
  let last: Obj['status'] | undefined
  return {
    changed(sight, { type, object, old }) {
      const { kind } = object
      if (kind === 'Deployment') {
        if (type === 'MODIFIED' && JSON.stringify(object.spec.template) !== JSON.stringify(old?.spec.template)) commit = true
        return undefined
      }
      const status = statusOf(sight)
      if (kind === 'Rollout') {
        if (type === 'DELETED' || sim.loose(shop.name)) {
          refused.clear()
          return undefined
        }
        for (const entry of [...(status?.history ?? [])].reverse()) {
          if (seen.has(entry.id)) continue
          seen.add(entry.id)
          if (entry.result === 'Promoted') refused.delete(entry.to.template)
          else if (entry.result !== 'Superseded') {
            refused.set(entry.to.template, entry.to.set)
            // What came before it was over is another commit.
            commit = sight.deployment !== undefined && imageOf(sight.deployment) !== entry.to.images[0]
          }
        }
        const run = status?.run
        const begun = run && run.id !== last?.run?.id
        last = status
        if (begun && refused.has(run.to.template) && run.trigger === 'Template' && !commit)
          return `${run.to.images[0]} was refused, and run ${run.id} tries it again without a command or a commit`
      }
      if (refused.size === 0 || status?.run || sim.loose(shop.name)) return undefined
      if (awayFromRoot(sight, shop.name) > 0)
        return `no run is under way, and a version that was refused gets ${awayFromRoot(sight, shop.name)} %`
      // A write that set out before it was refused may arrive late: what it made is removed.
      if (kind !== 'Pod' || type !== 'ADDED' || sim.undisturbed() < lateMs) return undefined
      const set = setOf(sight, object)
      if (!set || set.metadata.name === status?.stable?.set || ![...refused.values()].includes(set.metadata.name)) return undefined
      return `${set.metadata.name} was refused and gets pod ${object.metadata.name}`
    },
  }
}

export const heldIsHeld: Watch = (shop, sim) => {
  /** Sets of runs that did not end well. */
  const refused = new Set<string>()
  /** Sets of versions that were stable. A newer template that comes before a run takes such a one again leaves it the history that it was. */
  const served = new Set<string>()
  /** Sets that the native controller started within a hand-over, or made anew after it. */
  const started = new Set<string>()
  /** Image of a set that was deleted after its hand-over: the native controller makes its pods anew, by a set of its own. */
  let anew: string | undefined
  /** Image that came while the workload had no pods, so that nothing could judge it, while the glass was broken, or to a Deployment made anew before a Rollout guards it. */
  let unjudged: string | undefined
  const letGo = letGoIn(shop, sim)
  const look = (sight: Sight, set: Obj, what: string): string | undefined => {
    const status = statusOf(sight)
    if (!status?.stable || sim.loose(shop.name) || sight.deployment?.metadata.deletionTimestamp) return undefined
    // Whoever breaks the glass lets everything by until that update is over.
    if (sight.deployment?.metadata.annotations?.[releaseAnnotation] !== undefined) return undefined
    const { stable, run, kept, history } = status
    // Nothing is left of it: what comes goes in unjudged.
    const standing = sight.sets.get(stable.set)
    if (!run && (!standing || (standing.spec.replicas === 0 && !standing.status?.replicas))) return undefined
    // Between the two writes of a hand-over the native controller may start the newest version of the history (ADR 23); a refused one is none. Its pods follow.
    const ofHistory = !refused.has(set.metadata.name)
    // The first of the two may also arrive late, when another leader has gone back.
    const between = run?.stage === 'Promoting' || (standing && controllerOf(standing)?.kind === 'Rollout' && sim.undisturbed() < lateMs)
    if ((between && ofHistory) || imageOf(set) === anew) started.add(set.metadata.name)
    if (started.has(set.metadata.name) && ofHistory) return undefined
    if (letGo.has(set.metadata.name) || imageOf(set) === unjudged) return undefined
    // The way of a version into its run, or out of it, is seen a moment before it is written down.
    const known = [stable.set, run?.to.set, run?.from.set, run?.baseline?.set, kept?.version.set, ...(run ? [] : [history?.[0]?.from.set])]
    if (known.includes(set.metadata.name) || !controllerOf(set) || controllerOf(set)?.kind === 'Rollout') return undefined
    return `ReplicaSet ${set.metadata.name} (${imageOf(set)}), which no run releases, ${what}`
  }
  return {
    changed(sight, change) {
      const { type, object, old } = change
      letGo.enter(change)
      const { stage, to } = statusOf(sight)?.run ?? {}
      if (type === 'DELETED' && object.metadata.name === to?.set && stage === 'Promoting' && !sight.deployment?.spec.paused)
        anew = imageOf(object)
      if (object.kind === 'Deployment' && imageOf(object) !== anew) anew = undefined
      if (object.kind === 'ReplicaSet' && (type === 'DELETED' || object.spec.replicas === 0)) started.delete(object.metadata.name)
      const { labels, annotations } = object.metadata
      const unguarded = annotations?.[releaseAnnotation] !== undefined || labels?.[managedLabel] === undefined
      // The pausing gate lets it go for a native update back, and then nothing holds what comes.
      const came = object.kind === 'Deployment' && old !== undefined && !old.spec.paused && imageOf(old) !== imageOf(object)
      const unheld = object.kind === 'Deployment' && !object.spec.paused
      if (unheld && (object.spec.replicas === 0 || unguarded || (came && !sim.guarded(shop)))) unjudged = imageOf(object)
      if (object.kind === 'Rollout') {
        if (object.status?.stable) served.add(object.status.stable.set)
        // The last word on a version counts: one that was refused may have been tried again.
        for (const { result, to } of [...(object.status?.history ?? [])].reverse())
          if (result === 'Promoted') refused.delete(to.set)
          else if (result !== 'Superseded' || !served.has(to.set)) refused.add(to.set)
      }
      if (object.kind === 'Pod' && type === 'ADDED') {
        const set = setOf(sight, object)
        return set && look(sight, set, `got pod ${object.metadata.name}`)
      }
      if (object.kind !== 'ReplicaSet' || type === 'DELETED' || object.spec.replicas <= (old?.spec.replicas ?? 0)) return undefined
      return look(sight, object, `was scaled from ${old?.spec.replicas ?? 0} to ${object.spec.replicas}`)
    },
  }
}

export const onlyWhatServesIsPromoted: Watch = (_shop, sim) => {
  const seen = new Set<string>()
  const replicas = courseOf(sim.now)
  /** Of the run under way: what it was allowed. */
  let run: Obj['status'] | undefined
  let asked = false
  let since = 0
  return {
    changed(sight, { type, object }) {
      if (object.kind === 'Deployment') replicas.enter(type === 'DELETED' ? 0 : object.spec.replicas)
      if (object.kind === 'RolloutCommand' && /^(promote|approve|undo|retry)/.test(object.spec.action)) asked = true
      if (object.kind !== 'Rollout') return undefined
      const status = statusOf(sight)
      for (const entry of status?.history ?? []) {
        const id = `${object.metadata.uid}/${entry.id}`
        if (seen.has(id)) continue
        seen.add(id)
        const nature = natureOf(versionOf(entry.to.images[0]))
        if (entry.result !== 'Promoted' || replicas.least(15_000) === 0) continue
        if (nature === 'unready' || nature === 'missing') return `run ${entry.id} promoted ${entry.to.images[0]}: ${entry.because}`
        const { analysis, handOver } = run?.spec ?? {}
        const judged =
          analysis?.templates &&
          run?.id === entry.id &&
          !run.fast &&
          analysis.onInconclusive !== 'promote' &&
          analysis.onNoData !== 'ignore'
        if (nature === 'errors' && judged && !asked && handOver === undefined && sim.undisturbed() > sim.now() - since)
          return `run ${entry.id} promoted ${entry.to.images[0]}, of which every fourth request fails, though an analysis watched: ${entry.because}`
      }
      if (status?.run && status.run.id !== run?.id) {
        asked = false
        since = sim.now()
      }
      if (status?.run) run = status.run
      return undefined
    },
  }
}

export const onlyBadIsRefused: Watch = (shop, sim) => {
  let begun: { id: number; at: number; spec: Obj['spec'] } | undefined
  return {
    changed(sight, { object, old }) {
      if (object.kind !== 'Rollout') return undefined
      const status = statusOf(sight)
      const [entry] = status?.history ?? []
      const refused: string | undefined = status?.refused?.template
      // Refused by a run before, it stays so when the one that tried it again is replaced.
      const last = status?.history.find(({ to, result }: Obj) => to.template === entry?.to.template && result !== 'Superseded')
      const again = last !== undefined && last.result !== 'Promoted'
      if (entry?.result === 'Superseded' && refused === entry.to.template && refused !== old?.status?.refused?.template && !again)
        return `run ${entry.id} of ${shop.name} was superseded, and ${entry.to.images[0]} counts as refused since`
      const was = begun
      if (status?.run && status.run.id !== begun?.id) begun = { id: status.run.id, at: sim.now(), spec: status.run.spec }
      if (!was || entry?.id !== was.id || status?.run?.id === was.id) return undefined
      if (begun === was) begun = undefined
      const undisturbed = sim.undisturbed() > sim.now() - was.at + 10_000
      // Whoever writes so wants what is not decided in time rolled back, however good it is.
      const asWritten = was.spec.analysis?.onInconclusive === 'rollback' && entry.because.startsWith('Undecided after')
      // So is what has no data; a clock that is ahead by more than the source's lag asks for them too early, every time.
      const tooEarly =
        was.spec.analysis?.onNoData === 'rollback' && sim.plan.skewMs > sourceLagMs && entry.because.includes(': no data of ')
      // A stable version that crashes is nothing to compare with.
      const [before] = entry.from.images
      const silent = before !== undefined && !isSteady(before) && /these are of the old version/.test(entry.because)
      return entry.result === 'RolledBack' &&
        undisturbed &&
        !asWritten &&
        !tooEarly &&
        !silent &&
        natureOf(versionOf(entry.to.images[0])) === 'good'
        ? `run ${entry.id} of ${shop.name} rolled ${entry.to.images[0]} back, which serves well, while nothing was in the way: ${entry.because}`
        : undefined
    },
  }
}
