import type { Json } from '../../cluster/apiClient.ts'
import type { CaseContext } from '../caseContext.ts'

export function podTemplate(image: string, labels: Json = { app: 'web' }): Json {
  return {
    metadata: { labels },
    spec: { containers: [{ name: 'app', image, env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 8080, name: 'http' }] }] },
  }
}

export function deployment(name: string, spec: Json = {}, image = 'app:v1'): Json {
  const labels = { app: name }
  return {
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: podTemplate(image, labels), ...spec },
  }
}

export function replicaSet(name: string, image: string, spec: Json = {}, metadata: Json = {}): Json {
  const labels = { app: 'web', 'pod-template-hash': name }
  return {
    kind: 'ReplicaSet',
    metadata: { name, labels, ...metadata },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: podTemplate(image, labels), ...spec },
  }
}

export function ownerOf(owner: Json, more: Json = {}): Json {
  return { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, ...more }
}

/** The ReplicaSets of a Deployment as people see them: image, sizes, revision; oldest revision first. */
export async function setsOf(
  t: CaseContext,
): Promise<{ image: string; wanted: number; ready: number; revision: string | undefined; name: string }[]> {
  const sets = await t.items('ReplicaSet')
  return sets
    .map((set) => ({
      name: set.metadata.name,
      image: set.spec.template.spec.containers[0].image,
      wanted: set.spec.replicas,
      ready: set.status.readyReplicas ?? 0,
      revision: set.metadata.annotations?.['deployment.kubernetes.io/revision'],
    }))
    .sort((a, b) => Number(a.revision ?? 0) - Number(b.revision ?? 0) || a.image.localeCompare(b.image))
}

/** Resolves to the Deployment once all its pods are of its template and available. */
export function rolledOut(t: CaseContext, name: string): Promise<Json> {
  return t.eventually(`${name} is rolled out`, async () => {
    const object = await t.read({ kind: 'Deployment', name })
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration } = object?.status ?? {}
    const wanted = object?.spec.replicas
    return observedGeneration === object?.metadata.generation &&
      replicas === wanted &&
      updatedReplicas === wanted &&
      availableReplicas === wanted
      ? object
      : undefined
  })
}

/** Conditions without their times, by type. A set named in a message keeps no more than its kind. */
export function conditions(object: Json): Json {
  const told = (message: string) => message.replace(/ReplicaSet "[^"]+"/, 'ReplicaSet <its name>')
  const entries = (object.status?.conditions ?? []).map(({ type, status, reason, message }: Json) => [
    type,
    { status, reason, message: told(message) },
  ])
  return Object.fromEntries(entries.sort(([a]: [string], [b]: [string]) => (a < b ? -1 : 1)))
}
