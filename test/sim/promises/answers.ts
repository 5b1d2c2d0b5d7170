import type { Obj } from '../../../sandbox/src/types.ts'
import { type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'

/** With nothing in its way a controller answers in so long. */
const answerMs = 5_000

export const everyCommandIsAnswered: Watch = (_shop, sim) => {
  const given = new Map<string, string>()
  const since = new Map<string, number>()
  let rolloutSince = 0
  const silent = (sight: Sight, atLeast: number): string | undefined => {
    // Of a Rollout that goes, or of none, nobody asks.
    if (!sight.rollout || sight.rollout.metadata.deletionTimestamp || !sight.deployment) return undefined
    for (const { metadata, spec, status } of sight.commands.values()) {
      if (status?.phase === 'Done' || status?.phase === 'Refused') continue
      // One to a Rollout that was going is one to that which comes in its place, from then on.
      const asked = Math.max(since.get(metadata.uid) ?? 0, rolloutSince)
      if (sim.now() - asked >= atLeast && sim.undisturbed() >= atLeast)
        return `${metadata.name} (${spec.action}) was not answered for ${sim.now() - asked} ms`
    }
    return undefined
  }
  return {
    changed(sight, { type, object }) {
      if (object.kind === 'Rollout' && type === 'ADDED') rolloutSince = sim.now()
      if (object.kind === 'Rollout') return twice(object)
      if (object.kind !== 'RolloutCommand') return undefined
      const { uid, name } = object.metadata
      if (type === 'ADDED') since.set(uid, sim.now())
      if (type === 'DELETED' || object.status?.phase === undefined) return silent(sight, answerMs)
      const answer = `${object.status.phase}: ${object.status.message}`
      const before = given.get(uid)
      given.set(uid, answer)
      const noted = (statusOf(sight)?.answers ?? []).some((one: Obj['status']) => one.uid === uid)
      // A Rollout that was made anew has never heard of it.
      const known = sight.rollout !== undefined && rolloutSince <= (since.get(uid) ?? 0)
      if (before === undefined && known && !noted) return `${name} was answered before its effect was written`
      return before === undefined || before === answer ? undefined : `${name} was answered "${before}", and then "${answer}"`
    },
    still: (sight) => silent(sight, answerMs),
    calm: (sight) => silent(sight, 0),
  }
}

type Action = 'promote' | 'abort' | 'retry' | 'undo' | 'restart' | 'promoteFull' | 'pause' | 'resume'

const wordOf: Record<string, Action> = { approve: 'promote', reject: 'abort' }

function twice({ status }: Obj): string | undefined {
  const answers: Obj['status'][] = status?.answers ?? []
  const again = answers.find(({ uid }, at) => answers.findIndex((one) => one.uid === uid) < at)
  return again && `${again.name} has two answers in the status`
}

/** Effects of commands, counted against the commands that were taken up. */
export const everyCommandIsObeyedOnce: Watch = (shop) => {
  const done = new Map<Action, number>()
  const used = new Map<Action, number>()
  const counted = new Set<string>()
  let uid: string | undefined
  let before: Obj['status'] | undefined
  /** Of the run under way: Done aborts, and pauses without an end that it has left. */
  let abortedIn: number | undefined
  const use = (action: Action): boolean => {
    const times = (used.get(action) ?? 0) + 1
    used.set(action, times)
    return times <= (done.get(action) ?? 0)
  }
  return {
    changed(sight, { type, object }) {
      if (object.kind !== 'Rollout' || !object.status) return undefined
      if (type === 'DELETED' || object.metadata.uid !== uid) {
        uid = object.metadata.uid
        before = undefined
        abortedIn = undefined
        if (type === 'DELETED') return undefined
      }
      const { status } = object
      const fresh = (status.answers ?? []).filter((one: Obj['status']) => !counted.has(one.uid))
      const wordFor = (name: string): Action | undefined => {
        const action: string | undefined = sight.commands.get(name)?.spec.action
        return action === undefined ? undefined : (wordOf[action] ?? (action as Action))
      }
      // Of those that were taken up at once the last one has its way: paused, and let go on.
      const lastWord = fresh.findLast(
        ({ name, phase }: Obj['status']) => phase === 'Done' && ['pause', 'resume'].includes(wordFor(name) ?? ''),
      )
      for (const { uid: asked, phase, name } of fresh) {
        counted.add(asked)
        const word = wordFor(name)
        if (phase !== 'Done' || word === undefined) continue
        done.set(word, (done.get(word) ?? 0) + 1)
        if (word === 'abort') abortedIn = status.run?.id ?? before?.run?.id
        const effect = (word === 'pause' || word === 'resume') && lastWord?.name !== name ? undefined : effectOf(word, status)
        if (effect !== undefined) return `${name} was done, and ${effect}`
      }
      const was = before
      before = status
      if (was === undefined) return undefined
      const [old, run] = [was.run, status.run]
      if (
        run &&
        run.id !== old?.id &&
        (run.trigger === 'Retry' || run.trigger === 'Undo') &&
        !use(run.trigger === 'Retry' ? 'retry' : 'undo')
      )
        return `run ${run.id} was begun by ${run.trigger}, and ${done.get(run.trigger === 'Retry' ? 'retry' : 'undo') ?? 0} such commands were taken up`
      const [entry] = status.history ?? []
      if (entry && old && entry.id === old.id && entry.id !== was.history?.[0]?.id) {
        if (entry.result === 'Aborted' && !object.metadata.deletionTimestamp && !use('abort'))
          return `run ${entry.id} ended as Aborted, and ${done.get('abort') ?? 0} commands to abort were taken up`
        if (abortedIn === entry.id && entry.result !== 'Aborted' && entry.result !== 'Superseded')
          return `run ${entry.id} was aborted, and ended as ${entry.result}`
      }
      if (old?.stage !== 'Stepping' || !old.step) return undefined
      const over = run?.id !== old.id
      const to = over
        ? entry?.id === old.id && entry.result === 'Promoted' && old.steps
        : run.stage === 'Promoting'
          ? old.steps
          : run.stage === 'Stepping' && run.step?.index
      if (typeof to !== 'number' || run?.fast || JSON.stringify(run?.spec ?? old.spec) !== JSON.stringify(old.spec)) return undefined
      for (let at = old.step.index; at < to; at++)
        if (endless(old.spec, at) && !use('promote'))
          return `run ${old.id} went past the pause of step ${at + 1}, and ${done.get('promote') ?? 0} commands to promote were taken up on ${shop.name}`
      return undefined
    },
  }
}

/** What is missing of the effect of a command that is said to be done. */
function effectOf(action: string, { run }: Obj['status']): string | undefined {
  // The run may have come to its end in the same write.
  if (!run) return action === 'retry' ? 'no run began' : undefined
  switch (action) {
    case 'abort':
      return run.stage === 'RollingBack' ? undefined : `run ${run.id} is ${run.stage}`
    case 'promoteFull':
      return run.fast || run.stage === 'RollingBack' ? undefined : `run ${run.id} still takes its steps`
    case 'pause':
      return run.paused || run.stage !== 'Stepping' ? undefined : `run ${run.id} is not paused`
    case 'resume':
      return run.paused ? `run ${run.id} is paused` : undefined
    case 'retry':
      return run.trigger === 'Retry' ? undefined : `run ${run.id} was begun by ${run.trigger}`
    default:
      return undefined
  }
}

/** Whether step `at` is a pause that only a person ends. */
function endless({ canary, blueGreen, analysis }: Obj['spec'], at: number): boolean {
  if (blueGreen) return blueGreen.approve === 'manual' && blueGreen.autoPromoteAfter === undefined && at === (analysis?.before ? 2 : 1)
  const pause = canary?.steps?.[at]?.pause
  return pause !== undefined && pause.for === undefined
}

export const pausedIsPaused: Watch = (shop) => ({
  changed(sight, { type, object, old }) {
    if (object.kind !== 'Rollout' || type !== 'MODIFIED') return undefined
    const [run, before] = [object.status?.run, old?.status?.run]
    if (!run || run.id !== before?.id || !before.paused || !run.paused || run.stage !== 'Stepping') return undefined
    if (run.weight.wanted > before.weight.wanted)
      return `run ${run.id} of ${shop.name} is paused, and went from ${before.weight.wanted} to ${run.weight.wanted} %`
    if (run.step?.index > before.step?.index && run.steps === before.steps && JSON.stringify(run.spec) === JSON.stringify(before.spec))
      return `run ${run.id} of ${shop.name} is paused, and went from step ${before.step.index + 1} to ${run.step.index + 1}`
    return void sight
  },
})
