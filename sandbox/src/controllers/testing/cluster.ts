import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox.ts'
import type { Obj } from '../../types.ts'
import { type VirtualClock, virtualClock } from '../../virtualClock.ts'
import { controllerOf } from '../owners.ts'
import { isReady } from '../podState.ts'

/** A sandbox on virtual time and the few words that tests of controllers share. Everything is in namespace `default`. */
export interface Cluster extends Sandbox {
  clock: VirtualClock
  deploy(name: string, more?: DeploymentShape): Obj
  deployment(name: string): Obj
  setImage(name: string, image: string): void
  scale(name: string, replicas: number): void
  patch(kind: Kind, name: string, body: unknown): Obj
  set(name: string): Obj
  /** ReplicaSets whose labels have app=`app`, oldest first. */
  sets(app: string): Obj[]
  /** Pods with app=`app` that are not being deleted. */
  pods(app: string): Obj[]
  readyPods(app: string): Obj[]
  wanted(set: string): number
  /** Runs until the Deployment says that its newest template is fully rolled out. */
  rolledOut(name: string, atMost?: number): Promise<void>
}

export type Kind = 'Deployment' | 'ReplicaSet' | 'Pod' | 'Service' | 'EndpointSlice' | 'HTTPRoute' | 'Gateway'

export interface DeploymentShape {
  replicas?: number
  image?: string
  strategy?: unknown
  container?: Record<string, unknown>
  spec?: Record<string, unknown>
  podLabels?: Record<string, string>
}

const apiVersions: Record<Kind, string> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Pod: 'v1',
  Service: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
}

export function deploymentObject(name: string, { replicas = 2, image = 'app:v1', ...more }: DeploymentShape = {}): Partial<Obj> {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' } as Obj['metadata'],
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      ...(more.strategy ? { strategy: more.strategy } : {}),
      template: {
        metadata: { labels: { app: name, ...more.podLabels } },
        spec: { containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }], ...more.container }] },
      },
      ...more.spec,
    },
  }
}

export function cluster(options: SandboxOptions = {}): Cluster {
  const clock = virtualClock()
  const sandbox = createSandbox({ ...options, clock })
  const { api } = sandbox
  const get = (kind: Kind, name: string): Obj => {
    const found = api.get(apiVersions[kind], kind, 'default', name)
    if (!found) throw new Error(`no ${kind} ${name}`)
    return found
  }
  const list = (kind: Kind, app: string) => [...api.list(apiVersions[kind], kind, { namespace: 'default', labelSelector: `app=${app}` })]
  const patch = (kind: Kind, name: string, body: unknown) =>
    api.patch({ apiVersion: apiVersions[kind], kind, namespace: 'default', name }, { type: 'merge', body })
  const pods = (app: string) => list('Pod', app).filter(({ metadata }) => !metadata.deletionTimestamp)
  return {
    ...sandbox,
    clock,
    patch,
    pods,
    deploy: (name, more) => api.create(deploymentObject(name, more)),
    deployment: (name) => get('Deployment', name),
    set: (name) => get('ReplicaSet', name),
    setImage(name, image) {
      const [container] = get('Deployment', name).spec.template.spec.containers
      patch('Deployment', name, { spec: { template: { spec: { containers: [{ ...container, image }] } } } })
    },
    scale: (name, replicas) => void patch('Deployment', name, { spec: { replicas } }),
    sets: (app) => list('ReplicaSet', app).sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1)),
    readyPods: (app) => pods(app).filter(isReady),
    wanted: (set) => get('ReplicaSet', set).spec.replicas,
    async rolledOut(name, atMost = 60_000) {
      await clock.runUntil(
        () => {
          const { metadata, spec, status = {} } = get('Deployment', name)
          const { observedGeneration, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status
          return (
            observedGeneration === metadata.generation &&
            [updatedReplicas, replicas, availableReplicas].every((count) => count === spec.replicas)
          )
        },
        { atMost },
      )
      await sandbox.settle()
    },
  }
}

/** The set, without its controller's status and history, that a rollout tool would run beside the Deployment's own. */
export function copyOfSet(
  set: Obj,
  changes: { name: string; image?: string; replicas?: number; owners?: Obj['metadata']['ownerReferences'] },
): Partial<Obj> {
  const hash = changes.name.slice(changes.name.lastIndexOf('-') + 1)
  const labels = { ...set.spec.template.metadata.labels, 'pod-template-hash': hash }
  const [container] = set.spec.template.spec.containers
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: changes.name, namespace: 'default', labels, ownerReferences: changes.owners ?? [] } as unknown as Obj['metadata'],
    spec: {
      replicas: changes.replicas ?? set.spec.replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { ...set.spec.template.metadata, labels },
        spec: { ...set.spec.template.spec, containers: [{ ...container, image: changes.image ?? container.image }] },
      },
    },
  }
}

export const ownerOf = (object: Obj): string | undefined => controllerOf(object)?.name
