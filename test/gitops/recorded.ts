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
