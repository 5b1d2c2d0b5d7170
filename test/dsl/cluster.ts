import type { Clock } from '../../controller/src/clock.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import type { Sandbox } from '../../sandbox/src/sandbox.ts'
import type { Json } from '../cluster/apiClient.ts'
import type { UserName } from '../cluster/users.ts'
import type { Network } from './sources.ts'

/** An object as it is after a change; `gone`: as it was when it was deleted. */
export interface Seen {
  object: Json
  gone: boolean
}

/** A Kubernetes cluster that scenarios run on. Kinds, policies and rights of Serin are installed in it; no controller of Serin runs. */
export interface Cluster {
  name: 'embedded' | 'real'
  /** Everything random of a scenario follows from it. */
  seed: number
  /** By which its controllers and those under test go. */
  clock: Clock
  transportFor(user: UserName): Transport
  /** A fresh namespace; `guarded: false` where no admission policy of ours applies. */
  newNamespace(options: { guarded: boolean }): Promise<string>
  /** The scenario in that namespace is over. */
  leave(namespace: string): Promise<void>
  /** Lets this much of the cluster's time go by. */
  pass(ms: number): Promise<void>
  /** Asks again and again, as time goes by, until the answer is undefined or `atMost` milliseconds are over; the last answer. */
  until(ask: () => Promise<string | undefined>, atMost: number): Promise<string | undefined>
  /** Tells of every change in the namespace, in the order of each object's changes. Gives the way to stop. */
  follow(namespace: string, tell: (seen: Seen) => void): Promise<() => Promise<void>>
  /** The API server goes away and comes back; every connection breaks. */
  restartApiServer(): Promise<void>
  /** How gateways treat routes from now on. */
  gateway(manners: { reports?: boolean }): void
  /** How controllers reach metric sources and webhooks, where that can be seen. */
  network?: Network
  /** The whole cluster in this process, where it is one: for what can only be seen or done there. */
  inside?: Sandbox
  stop(): Promise<void>
}
