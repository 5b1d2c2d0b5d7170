import type { Json } from '../cluster/apiClient.ts'
import { controllerOf } from './sight.ts'
import type { World } from './world.ts'

/** What a run leaves behind, without what differs from one telling to the next: uids, times, versions of objects. */
export async function finalState({ api }: World): Promise<Json> {
  const [deployment, sets, services, route, rollout] = await Promise.all([
    api.get('Deployment', 'shop'),
    api.list('ReplicaSet'),
    api.list('Service'),
    api.get('HTTPRoute', 'shop'),
    api.get('Rollout', 'shop'),
  ])
  const { stable, kept, refused, run, phase, history, answers, lastRun } = rollout?.status ?? {}
  const meta = ({ metadata: { name, labels, annotations, finalizers } }: Json) => ({ name, labels, annotations, finalizers })
  return timeless({
    deployment: deployment && { ...meta(deployment), spec: deployment.spec },
    sets: sets
      .map((set: Json) => ({
        ...meta(set),
        spec: set.spec,
        controller: controllerOf(set)?.kind,
        owners: set.metadata.ownerReferences?.map(({ kind }: Json) => kind),
        available: set.status?.availableReplicas ?? 0,
      }))
      .sort((a: Json, b: Json) => (a.name < b.name ? -1 : 1)),
    services: services
      .map((service: Json) => ({ ...meta(service), selector: service.spec.selector }))
      .sort((a: Json, b: Json) => (a.name < b.name ? -1 : 1)),
    route: route && { ...meta(route), spec: route.spec },
    rollout: rollout && {
      ...meta(rollout),
      phase,
      lastRun,
      run,
      answers,
      stable,
      kept,
      refused,
      history,
    },
  })
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** The same JSON with every instant replaced by a word. */
function timeless(value: Json): Json {
  if (typeof value === 'string') return instant.test(value) ? '<time>' : value
  if (Array.isArray(value)) return value.map(timeless)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, timeless(inner)]))
}
