import type { Json } from '../cluster/apiClient.ts'
import { shop } from './objects.ts'
import type { World } from './world.ts'

/** What a scenario looks at. Each reads anew; what is not there is undefined or empty. */

export const rolloutOf = (world: World, name = shop): Promise<Json | undefined> => world.api.get('Rollout', name)
export const deploymentOf = (world: World, name = shop): Promise<Json | undefined> => world.api.get('Deployment', name)
export const serviceOf = (world: World, name = shop): Promise<Json | undefined> => world.api.get('Service', name)
export const routeOf = (world: World, name = shop): Promise<Json | undefined> => world.api.get('HTTPRoute', name)
export const setsOf = (world: World, name = shop): Promise<Json[]> => world.api.list('ReplicaSet', `app=${name}`)

export function controllerOf(object: Json): Json | undefined {
  return object.metadata.ownerReferences?.find((owner: Json) => owner.controller)
}

export const versionOfTemplate = (template: Json): string => template.spec.containers[0].image.replace('demo:', '')

/** The set of a version; of several with an equal image the one with pods. */
export async function setOf(world: World, version: string, name = shop): Promise<Json | undefined> {
  const sets = (await setsOf(world, name)).filter(({ spec }) => versionOfTemplate(spec.template) === version)
  return sets.sort((a, b) => b.spec.replicas - a.spec.replicas)[0]
}

/** Percent of the split rules' requests that go to another Service than the root, by the route's spec. */
export function canaryShareOf(route: Json, root = shop): number {
  for (const { backendRefs = [] } of route.spec.rules ?? []) {
    const weight = (mine: (name: string) => boolean) =>
      backendRefs.filter(({ name }: Json) => mine(name)).reduce((sum: number, { weight: w = 1 }: Json) => sum + w, 0)
    const rest = weight((name) => name === root)
    const canary = weight((name) => name === `${root}-canary`)
    if (canary > 0) return (100 * canary) / (canary + rest)
  }
  return 0
}

/** Names of pods with ready endpoints behind a Service. */
export async function readyBehind(world: World, service: string): Promise<string[]> {
  const slices = await world.api.list('EndpointSlice', `kubernetes.io/service-name=${service}`)
  return slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }: Json) => conditions?.ready !== false)
    .map(({ targetRef }: Json) => targetRef?.name ?? '')
}
