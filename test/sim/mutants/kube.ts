import type { Mutant } from '../mutants.ts'
import { during, withAct } from './worlds.ts'

/** Of the client side of Kubernetes: lease, queue, caches, watches. */
export const kube: readonly Mutant[] = [
  {
    name: 'lease lost for good',
    file: 'controller/src/kube/lease.ts',
    find: 'term = undefined\n          continue',
    put: 'term = undefined\n          return',
    why: 'Who lost the lease never stands again: after a pause of both replicas nobody leads.',
    breaks: 'everything ends',
    where: ({ controllers, acts }) => controllers === 1 && acts.some(({ name, with: how }) => name.startsWith('frozen') && how.ms > 4_500),
  },
  {
    name: 'version kept after 410',
    file: 'controller/src/kube/reflector.ts',
    find: "if (end.how === 'gone') state.version = undefined",
    put: '',
    why: 'A watch that is told that its place is gone asks for the same place again, for ever.',
    breaks: 'everything ends',
    where: withAct('historyForgotten'),
  },
  {
    name: 'reflector stopped by a 500',
    file: 'controller/src/kube/reflector.ts',
    find: "        log.warn({ err: error, resource: type.plural, retryMs: Math.round(ms) }, 'cannot list')",
    put: '        if (error instanceof KubeError && error.status >= 500) break',
    why: 'One answer of 500 to a list ends the cache of a kind: the controller is blind to it until it is restarted.',
    breaks: 'everything ends',
    where: during(withAct('killed', 'relieved', 'leaderless', 'watchesGone', 'historyForgotten', 'watchesTorn', 'doubled', 'leaseless'), [
      'apiErrors',
    ]),
  },
  {
    name: 'event of a lost watch',
    file: 'controller/src/kube/reflector.ts',
    find: 'state.version = object.metadata.resourceVersion ?? state.version\n    return undefined',
    put: 'state.version = String(Number(object.metadata.resourceVersion ?? state.version) + 8)\n    return undefined',
    why: 'A watch is resumed from a point that was not reached yet: what happened in between is never seen.',
    breaks: 'everything ends',
    where: withAct('watchesEnd', 'watchesBreak'),
  },
  {
    name: 'key dropped while it is worked on',
    file: 'controller/src/kube/queue.ts',
    find: "if (priority === 'high' || !again.has(key)) again.set(key, priority)",
    put: '',
    why: 'A change that comes while its Rollout is looked at is thought to be seen by that look.',
    breaks: 'everything ends',
  },
  {
    name: 'timer that is never made again',
    file: 'controller/src/kube/queue.ts',
    find: '        delayed.delete(key)\n        add(key, entry.priority)',
    put: '        add(key, entry.priority)',
    why: 'A timer that went off is still known: no later one is made, and the key is not looked at again.',
    breaks: 'everything ends',
  },
  {
    name: 'failure not tried again',
    file: 'controller/src/kube/workers.ts',
    find: "queue.addRateLimited(key)\n      log.error({ err: error, key, retries: queue.retries(key) }, 'handling failed')",
    put: "log.error({ err: error, key, retries: queue.retries(key) }, 'handling failed')",
    why: 'A handler that throws is logged and forgotten.',
    breaks: 'everything ends',
    where: withAct('apiErrors', 'apiAway', 'answersLost'),
  },
  {
    name: 'event of a deletion overlooked',
    file: 'controller/src/kube/reflector.ts',
    find: 'if (wanted(object)) store.sawGone(object)',
    put: 'if (!wanted(object)) store.sawGone(object)',
    why: 'A set that lost its label, or is gone, stays in the cache as it was.',
    breaks: 'everything ends',
  },
]
