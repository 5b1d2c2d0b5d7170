import type { Obj } from '../../../sandbox/src/types.ts'
import { type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { imageOf, isSteady, onTheWayMs, rollsNatively, sameTemplate, secondsOf } from './sights.ts'
import { diedLate, goesBackToDead, waitsForEvidence, waitsForPeople } from './waits.ts'

export const everythingEnds: Watch = (shop) => {
  const present = ({ rollout, deployment }: Sight) => rollout !== undefined && deployment !== undefined
  return {
    calm(sight) {
      const status = statusOf(sight)
      if (!present(sight)) return undefined
      if (!status) return `Rollout ${shop.name} was never looked at`
      const { run } = status
      return !run || waitsForPeople(sight) || diedLate(sight) || goesBackToDead(sight)
        ? undefined
        : `run ${run.id} is ${run.stage}, step ${JSON.stringify(run.step)}, and waits for ${JSON.stringify(run.waiting)}${waitsForEvidence(sight) ? ' (evidence)' : ''}`
    },
    rested(sight) {
      const status = statusOf(sight)
      if (sight.rollout?.metadata.deletionTimestamp) return `Rollout ${shop.name} is deleted, and does not go: ${status?.message}`
      if (!present(sight)) return undefined
      const { run, phase, message, refused, stable } = status ?? {}
      if (run) return `run ${run.id} is still ${run.stage}: ${JSON.stringify(run.waiting)}`
      if (phase === 'Healthy' || (phase === 'Progressing' && rollsNatively(sight))) return undefined
      const image = sight.deployment && imageOf(sight.deployment)
      // Its pods come and go by themselves.
      if (phase === 'Progressing' && image !== undefined && stable?.images[0] === image && !isSteady(image)) return undefined
      const held = refused && sight.deployment?.spec.paused && !serves(sight)
      return phase === 'Degraded' && held ? undefined : `it ends as ${phase}: ${message}`
    },
  }
}

/** A restart, and one taken back, are versions of their own, of the same image. */
const serves = ({ deployment, sets }: Sight): boolean =>
  [...sets.values()].some((set) => set.spec.replicas > 0 && deployment !== undefined && sameTemplate(set, deployment))

export const noStepIsSkipped: Watch = (shop, sim) => ({
  changed(_, { type, object, old }) {
    if (object.kind !== 'Rollout' || type !== 'MODIFIED') return undefined
    const [run, before] = [object.status?.run, old?.status?.run]
    const astray = run && run.id === before?.id ? amissAfterEdit(run, before) : undefined
    if (astray !== undefined) return `run ${run.id} of ${shop.name} ${astray}`
    const same = run && run.id === before?.id && JSON.stringify(run.spec) === JSON.stringify(before.spec)
    if (!same || run.fast || before.stage !== 'Stepping' || !before.step || (run.stage !== 'Stepping' && run.stage !== 'Promoting'))
      return undefined
    const steps: Obj['spec'][] = run.spec.canary?.steps ?? []
    const to: number = run.stage === 'Stepping' ? run.step?.index : run.steps
    if (to < before.step.index) return `run ${run.id} of ${shop.name} went back from step ${before.step.index + 1} to ${to + 1}`
    // A person may end a pause before its time.
    if ((object.status.answers ?? []).length > 0 || (old?.status?.answers ?? []).length > 0 || sim.undisturbed() < 20_000) return undefined
    for (let at = before.step.index; at < Math.min(to, steps.length); at++) {
      const pause = secondsOf(steps[at]?.pause?.for)
      const stood = at === before.step.index ? sim.clock.now() - Date.parse(before.step.since) : 0
      if (stood < pause - onTheWayMs - sim.plan.skewMs)
        return `run ${run.id} of ${shop.name} was ${stood} ms at step ${at + 1}, a pause of ${pause} ms`
    }
    const weight = weightAt(steps, to)
    if (
      run.stage === 'Stepping' &&
      to > before.step.index &&
      to < steps.length &&
      steps[to]?.weight === undefined &&
      weight !== undefined &&
      run.weight.wanted !== weight &&
      run.mode === 'Routes'
    )
      return `run ${run.id} of ${shop.name} is at step ${to + 1} with ${run.weight.wanted} %, and the steps before say ${weight} %`
    return undefined
  },
})

const weightAt = (steps: Obj['spec'][], at: number): number | undefined =>
  steps.slice(0, at + 1).findLast((step) => step.weight !== undefined)?.weight

/** Whose steps were edited goes on where the weight that it shows is the one that the new steps say, or at the step that changes it. */
function amissAfterEdit(run: Obj['status'], before: Obj['status']): string | undefined {
  const steps: Obj['spec'][] = run.spec.canary?.steps ?? []
  const edited = JSON.stringify(steps) !== JSON.stringify(before.spec.canary?.steps ?? [])
  if (!edited || run.mode !== 'Routes' || run.stage !== 'Stepping' || before.stage !== 'Stepping' || run.fast || !run.step) return undefined
  const weight = weightAt(steps, run.step.index)
  return steps[run.step.index]?.weight !== undefined || weight === undefined || weight === run.weight.wanted
    ? undefined
    : `goes on at step ${run.step.index + 1} of its edited steps with ${run.weight.wanted} %, and the steps before say ${weight} %`
}
