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

  remove(rollout: RolloutObject): Action[] {
    const at = rollout.metadata.finalizers?.indexOf(name) ?? -1
    if (at < 0) return []
    const { apiVersion, kind } = ownerOf(rollout)
    return [
      {
        verb: 'patch',
        target: { apiVersion, kind, namespace: rollout.metadata.namespace, name: rollout.metadata.name },
        ops: [
          { op: 'test', path: `/metadata/finalizers/${at}`, value: name },
          { op: 'remove', path: `/metadata/finalizers/${at}` },
        ],
        because: 'nothing is left to clean up',
        fenced: true,
      },
    ]
  },
}
