import type { ApiClient } from '../cluster/apiClient.ts'
import type { UserName } from '../cluster/users.ts'

/** A cluster that the cases run on. */
export interface Target {
  name: 'embedded' | 'real'
  /** The cluster as one of the test users sees it. */
  client(user: UserName): ApiClient
  /** Makes watches from old versions fail, as time does by itself on a real cluster. */
  expireHistory(): Promise<void>
  /** Lets this much of the cluster's own time go by. */
  pass(ms: number): Promise<void>
}
