import { pods } from '../workload/deployment.ts'
import type { Scene } from './scene.ts'

/** So many restarts of the new version's pods under traffic are no accident of one node. */
export const mostRestarts = 3

/**
 * Why the run may not go on: the pods of the new version crash under traffic. No metric of theirs can show it, because who crashes counts nothing.
 * Where most pods of the old version end too, it is not the new version's fault.
 */
export function crashing({ o, run }: Scene): string | undefined {
  const { crashes } = o
  if (!crashes || crashes.restarts < mostRestarts || crashes.both) return undefined
  return `pods of the new version crash: ${crashes.restarts} restarts of ${pods(run.canary?.replicas ?? 1)} since it has traffic, the last by ${crashes.last}`
}
