import { splitApiVersion, typeTable } from '../kube/resources.ts'
import { argoApi } from './argo.ts'
import type { Observed } from './observed.ts'
import type { Step } from './step.ts'

/** One thing that RBAC allows or does not. */
export interface Right {
  verb: string
  group: string
  resource: string
}

const types = typeTable()

function rightOf(verb: string, { apiVersion, kind }: { apiVersion: string; kind: string }): Right {
  const type = types.find(apiVersion, kind)
  return { verb, group: splitApiVersion(apiVersion).group, resource: type?.plural ?? `${kind.toLowerCase()}s` }
}

const lookedAt = [
  ['apps/v1', 'ReplicaSet'],
  ['v1', 'Pod'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
] as const

/** Every right that the steps need, and that of the way back: nobody shall be stranded on the way. */
export function rightsFor(steps: readonly Step[], o: Pick<Observed, 'translation' | 'routes' | 'services' | 'scalers'>): Right[] {
  const { rollout, others } = o.translation
  const routes = Object.keys(o.routes)
    .map((key) => o.routes[key])
    .filter((route) => route !== undefined)
  const all = [
    ...lookedAt.map(([apiVersion, kind]) => rightOf('list', { apiVersion, kind })),
    ...['get', 'patch'].map((verb) => rightOf(verb, { apiVersion: argoApi, kind: 'Rollout' })),
    ...['get', 'create', 'patch', 'delete'].map((verb) => rightOf(verb, { apiVersion: 'apps/v1', kind: 'Deployment' })),
    ...[rollout, ...others].flatMap((object) => ['get', 'create', 'delete'].map((verb) => rightOf(verb, object))),
    ...routes.flatMap((route) => ['get', 'patch'].map((verb) => rightOf(verb, route))),
    ...Object.values(o.services).flatMap((service) => ['get', 'patch'].map((verb) => rightOf(verb, service))),
    ...steps.flatMap(({ writes }) => writes.map((write) => rightOf(write.verb, write.verb === 'create' ? write.object : write.target))),
    // What a step deletes, the way back makes.
    ...steps.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.verb === 'delete' && write.target.kind === 'Service' ? [rightOf('create', write.target)] : [])),
    ),
  ]
  const known = new Set<string>()
  return all.filter((right) => {
    const key = `${right.verb} ${resourceName(right)}`
    return !known.has(key) && known.add(key)
  })
}

export const resourceName = ({ group, resource }: Pick<Right, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`
