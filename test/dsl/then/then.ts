import type { World } from '../world.ts'
import { controllersThen } from './controllers.ts'
import { rolloutThen } from './rollout.ts'
import { trafficThen } from './traffic.ts'
import { workloadThen } from './workload.ts'

export type Then = ReturnType<typeof thenOn>

// Not named `then`: whoever imports a module with such an export dynamically takes the module for a promise.
/** What comes of it. Every verb waits for it to come about, except where it says otherwise. */
export function thenOn(world: World) {
  return { ...workloadThen(world), ...trafficThen(world), ...rolloutThen(world), ...controllersThen(world) }
}
