import { stringify } from 'yaml'
import type { Json } from '../cluster/apiClient.ts'
import { controllerOf } from './sight.ts'
import type { World } from './world.ts'

/** The objects of a scenario's namespace, as far as they tell how a run stands; YAML. */
export async function stateOf({ api, pods }: World): Promise<string> {
  const list = async (...kinds: Parameters<typeof api.list>[0][]): Promise<Json[]> =>
    (await Promise.all(kinds.map((kind) => api.list(kind)))).flat()
  const brief = ({ kind, metadata, spec, status }: Json): Json => ({
    [`${kind} ${metadata.name}`]: {
      generation: metadata.generation,
      labels: metadata.labels,
      annotations: metadata.annotations,
      finalizers: metadata.finalizers,
      deletionTimestamp: metadata.deletionTimestamp,
      owner: metadata.ownerReferences && controllerOf({ metadata })?.kind,
      ...details(kind, spec, status),
    },
  })
  const objects = await list('Rollout', 'Deployment', 'ReplicaSet', 'Service', 'HTTPRoute', 'RolloutCommand')
  const living = pods.all().filter(({ gone }) => !gone)
  const endpoints = (await list('EndpointSlice')).map(({ metadata, endpoints }) => ({
    [metadata.labels['kubernetes.io/service-name']]: (endpoints ?? []).map(
      ({ targetRef, conditions }: Json) =>
        `${targetRef?.name}${conditions.ready ? '' : ' (not ready)'}${conditions.terminating ? ' (terminating)' : ''}`,
    ),
  }))
  return stringify([...objects.map(brief), { pods: living.map(({ name, version }) => `${name} ${version}`) }, { endpoints }], {
    lineWidth: 160,
    aliasDuplicateObjects: false,
  })
}

function details(kind: string, spec: Json, status: Json): Json {
  switch (kind) {
    case 'Rollout': {
      const { conditions: _, ...rest } = status ?? {}
      const run = rest.run && { ...rest.run, spec: undefined }
      return { status: { ...rest, ...(run ? { run } : {}) } }
    }
    case 'Deployment':
      return {
        replicas: spec.replicas,
        paused: spec.paused,
        image: spec.template.spec.containers[0].image,
        status: { ...status, conditions: undefined },
      }
    case 'ReplicaSet':
      return { replicas: spec.replicas, image: spec.template.spec.containers[0].image, status }
    case 'Service':
      return { selector: spec.selector }
    case 'HTTPRoute':
      return {
        rules: spec.rules,
        parents: status?.parents?.map(({ conditions }: Json) =>
          conditions?.map((c: Json) => `${c.type}=${c.status}@${c.observedGeneration}`),
        ),
      }
    default:
      return { spec, status }
  }
}
