import { plan } from '../controller/src/rollout/plan.ts'
import { at, setObject, world } from '../controller/src/rollout/testing/observed.ts'
import { perCall } from './perCall.ts'

/** Microseconds of one plan: at rest, at the begin of a run, and while a run waits. */
export function planBench(): Record<string, number> {
  const steps = { canary: { steps: [{ weight: 25 }, { pause: {} }] } }
  const rested = plan(world({ spec: steps }), at).status
  const idle = world({ spec: steps, status: rested })
  const changed = world({ spec: steps, status: rested, image: 'v2', held: true })
  const begun = plan(changed, at).status
  const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
  const canary = setObject(begun.run?.to.set ?? '', 'v2', { owner: 'rollout', replicas: 1 })
  const waiting = world({ spec: steps, status: begun, image: 'v2', held: true, sets: [stable, canary] })
  return {
    'at rest': perCall(() => plan(idle, at)),
    'a run begins': perCall(() => plan(changed, at)),
    'a run waits': perCall(() => plan(waiting, at)),
  }
}
