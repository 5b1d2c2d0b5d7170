import type { Json } from '../cluster/apiClient.ts'
import type { UserName } from '../cluster/users.ts'
import { type Api, apiOver, Refused } from './api.ts'
import type { Cluster } from './cluster.ts'
import { type Controllers, controllersOn } from './controllers.ts'
import { type Invariants, watchInvariants } from './invariants.ts'
import { type Recorder, recordPods } from './recorder.ts'
import { seededRandom } from './seededRandom.ts'

/** One scenario's part of a cluster, and all that its steps share. */
export interface World {
  cluster: Cluster
  namespace: string
  /** Whether the policies guard its namespace. */
  guarded: boolean
  as(user: UserName): Api
  /** As the cluster's administrator. */
  api: Api
  controllers: Controllers
  invariants: Invariants
  pods: Recorder
  random(): number
  /** What was done and checked, with times, newest last. */
  journal: string[]
  /** Things that later steps refer to, as they were first made. */
  made: { service?: Json; route?: Json; deployment?: Json; rollout?: Json }
  /** Waits until `look` finds nothing wrong; else fails with what it saw last. */
  expect(what: string, look: () => Promise<string | undefined>, atMost?: number): Promise<void>
  end(): Promise<void>
}

/** A value in short, for people; never undefined, which would say that all is well. */
export const told = (value: unknown): string => JSON.stringify(value) ?? 'nothing'

/** A step that did not come out as the scenario says. */
export class Unexpected extends Error {}

const usualPatience = 20_000

export async function worldOn(cluster: Cluster, options: { guarded?: boolean } = {}): Promise<World> {
  const { guarded = true } = options
  const namespace = await cluster.newNamespace({ guarded })
  const random = seededRandom(cluster.seed)
  const users = new Map<UserName, Api>()
  const as = (user: UserName): Api => {
    const known = users.get(user) ?? apiOver(cluster.transportFor(user), namespace)
    users.set(user, known)
    return known
  }
  const controllers = controllersOn(cluster, random)
  const invariants = await watchInvariants(cluster, namespace)
  const pods = await recordPods(cluster, namespace)
  return {
    cluster,
    namespace,
    guarded,
    as,
    api: as('admin'),
    controllers,
    invariants,
    pods,
    random,
    journal: [],
    made: {},
    async expect(what, look, atMost = usualPatience) {
      const seen = await cluster.until(() => patiently(look), atMost)
      invariants.check()
      if (seen !== undefined) throw new Unexpected(`expected ${what} within ${atMost} ms; seen: ${seen}`)
    },
    async end() {
      await controllers.stop()
      await invariants.stop()
      await pods.stop()
      await cluster.leave(namespace)
    },
  }
}

/** A server that is away for a moment is asked again. */
async function patiently(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof Refused && error.code < 500) throw error
    return `no answer: ${error instanceof Error ? error.message : String(error)}`
  }
}
