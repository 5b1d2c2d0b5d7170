import type { Json } from '../cluster/apiClient.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import { type Scenario, tellOn } from '../dsl/scenario.ts'

const told = new Map<Scenario, Promise<readonly Json[]>>()

/** Every object of the scenario's namespace as it was after each of its changes, in their order: what tools that watch it can come to see. */
export function recorded(scenario: Scenario): Promise<readonly Json[]> {
  const known = told.get(scenario) ?? record(scenario)
  told.set(scenario, known)
  return known
}

async function record(scenario: Scenario): Promise<readonly Json[]> {
  const cluster = embeddedCluster(1)
  const moments: Json[] = []
  const stop = cluster.inside?.api.onChange(({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.namespace !== undefined) moments.push(structuredClone(object))
  })
  try {
    await tellOn(cluster, scenario)
  } finally {
    stop?.()
    await cluster.stop()
  }
  return moments
}

/** Of one kind, without repetition of what the pick shows. */
export async function distinct<T>(scenario: Scenario, kind: string, pick: (object: Json) => T): Promise<Json[]> {
  const seen = new Map<string, Json>()
  for (const object of await recorded(scenario)) {
    const key = object.kind === kind ? JSON.stringify(pick(object)) : undefined
    if (key !== undefined && !seen.has(key)) seen.set(key, object)
  }
  return [...seen.values()]
}
