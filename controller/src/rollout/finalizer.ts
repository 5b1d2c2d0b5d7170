import type { Action } from './actions.ts'
import { ownerOf, type RolloutObject } from './observed.ts'

const name = 'serin.dev/run'

/** On the Rollout while something of a run is left to clean up: it does not vanish before. */
export const finalizer = {
  has: (rollout: RolloutObject): boolean => rollout.metadata.finalizers?.includes(name) ?? false,

  /** By server-side apply, which leaves the finalizers of others alone; the uid keeps it from making a Rollout anew. One that is going takes no more. */
  add(rollout: RolloutObject): Action[] {
    if (finalizer.has(rollout) || rollout.metadata.deletionTimestamp) return []
    const { apiVersion, kind } = ownerOf(rollout)
    const { namespace, uid } = rollout.metadata
    return [
      {
        verb: 'apply',
        object: { apiVersion, kind, metadata: { name: rollout.metadata.name, namespace, uid, finalizers: [name] } },
        because: 'it does not vanish before what begins here is cleaned up',
      },
    ]
  },

  /** Only as it was seen: somebody who leads by now may have begun another run. */
  remove(rollout: RolloutObject): Action[] {
    const at = rollout.metadata.finalizers?.indexOf(name) ?? -1
    if (at < 0) return []
    const { apiVersion, kind } = ownerOf(rollout)
    const { namespace, resourceVersion } = rollout.metadata
    return [
      {
        verb: 'patch',
        target: { apiVersion, kind, namespace, name: rollout.metadata.name },
        ops: [
          { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
          { op: 'remove', path: `/metadata/finalizers/${at}` },
        ],
        because: 'nothing is left to clean up',
      },
    ]
  },
}
