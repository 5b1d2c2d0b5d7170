import { iso } from '../../api/fields.ts'
import type { Run } from '../../api/rolloutStatus.ts'
import type { Observed } from '../observed.ts'
import { plan } from '../plan.ts'
import type { Scene } from '../scene.ts'
import { at, world } from './observed.ts'

/** The status of a Rollout whose v1 serves. */
export const rested = plan(world({}), at).status

/** A run by routes from v1 to the template of `o`, which has come to its steps at weight 0. */
export function sceneOf(o: Observed, more: { run?: Partial<Run>; now?: number } = {}): Scene {
  if (o.workload === 'missing' || !rested.stable) throw new Error('the world has a workload, and v1 serves')
  const { since: _, workload: __, ...from } = rested.stable
  const run: Run = {
    id: 7,
    startedAt: iso(at),
    trigger: 'Template',
    from,
    to: { hash: 'two', template: o.workload.template, set: 'web-two', images: ['demo:v2'] },
    mode: 'Routes',
    reuse: false,
    fast: false,
    spec: o.rollout.spec as unknown as Record<string, unknown>,
    originals: { routes: [] },
    stage: 'Stepping',
    stageSince: iso(at),
    steps: 1,
    weight: { wanted: 0, actual: 0 },
    shifts: [],
    discarded: [],
    ...more.run,
  }
  return { o, view: o.workload, run, spec: o.rollout.spec, now: more.now ?? at }
}
