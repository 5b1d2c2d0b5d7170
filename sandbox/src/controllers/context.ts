import type { Api } from '../api.ts'
import type { Obj, SandboxClock, User } from '../types.ts'
import type { Activity } from './activity.ts'
import type { Delays } from './delays.ts'
import type { Events } from './events.ts'
import type { Store } from './store.ts'

/** What every controller of the cluster is given. */
export interface Context {
  api: Api
  clock: SandboxClock
  store: Store
  random: () => number
  delays: Delays
  activity: Activity
  events: Events
}

/** A part of the cluster, as the API server sees it; it may do everything. */
export function clusterUser(name: string): User {
  return {
    username: `system:serviceaccount:kube-system:${name}`,
    groups: ['system:masters', 'system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  }
}

/** Writes the status of an object by its own subresource; fails on a conflict like any update. */
export function writeStatus(ctx: Context, as: User, object: Obj, status: unknown): Obj {
  return ctx.api.update({ ...object, status }, { subresource: 'status', as, fieldManager: 'kube-controller-manager' })
}

export function targetOf(object: Obj) {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name,
    ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
  }
}
