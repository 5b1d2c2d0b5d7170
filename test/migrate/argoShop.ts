import { kubeClient } from '../../controller/src/kube/client.ts'
import { KubeError } from '../../controller/src/kube/errors.ts'
import type { KubeClient, KubeObject, Ref } from '../../controller/src/kube/types.ts'
import type { Json } from '../cluster/apiClient.ts'
import type { Cluster } from '../dsl/cluster.ts'
import { deploymentObject, gatewayObject, host, imageOf, serviceObject, shop } from '../dsl/objects.ts'

/** What Argo leaves on a cluster, as its controller would have left it; none of Argo's own text. */

export const argoHash = 'rollouts-pod-template-hash'
const hash = '6cf78c66c5'
const managedBy = 'argo-rollouts.argoproj.io/managed-by-rollouts'

const definition: Json = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'rollouts.argoproj.io' },
  spec: {
    group: 'argoproj.io',
    names: { kind: 'Rollout', plural: 'rollouts', singular: 'rollout', listKind: 'RolloutList' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
        },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

export interface ShopOptions {
  strategy?: 'routed' | 'blueGreen' | 'plain'
  /** The template stands in a Deployment, which the Rollout refers to. */
  referenced?: boolean
  autoscaler?: boolean
  replicas?: number
}

export interface ArgoShop {
  cluster: Cluster
  namespace: string
  client: KubeClient
  ref(apiVersion: string, kind: string, name: string): Ref
  get(apiVersion: string, kind: string, name: string): Promise<Json>
  argo(): Promise<Json>
  setName: string
  pods(): Promise<Json[]>
  ready(service?: string): Promise<number>
  status(status: Json): Promise<void>
  /** Argo's controller has seen the spec as it is now. */
  answer(): Promise<void>
  /** Waits until the question has no answer. */
  until(what: string, ask: () => Promise<string | undefined>): Promise<void>
}

export async function argoShop(cluster: Cluster, options: ShopOptions = {}): Promise<ArgoShop> {
  const { strategy = 'routed', referenced = false, autoscaler = false, replicas = 3 } = options
  const namespace = await cluster.newNamespace({ guarded: true })
  const client = kubeClient(cluster.transportFor('admin'), { fieldManager: 'test' })
  const ref = (apiVersion: string, kind: string, name: string): Ref => ({ apiVersion, kind, namespace, name })
  const get = async (apiVersion: string, kind: string, name: string): Promise<Json> => client.get(ref(apiVersion, kind, name))
  const create = (object: Json): Promise<Json> => client.create({ ...object, metadata: { ...object.metadata, namespace } })
  const until = async (what: string, ask: () => Promise<string | undefined>) => {
    const answer = await cluster.until(ask, 20_000)
    if (answer !== undefined) throw new Error(`waited in vain for ${what}: ${answer}`)
  }
  await define(client, until)

  const { template, selector } = deploymentObject({ replicas }).spec
  if (referenced) {
    await create(deploymentObject({ replicas: 0 }))
    await until('the Deployment to be empty', async () =>
      (await get('apps/v1', 'Deployment', shop)).status?.observedGeneration ? undefined : 'unseen',
    )
  }
  const pinned = { app: shop, [argoHash]: hash }
  const service = (name: string) => {
    const object = serviceObject({ name, selector: pinned })
    return create({ ...object, metadata: { ...object.metadata, annotations: { [managedBy]: shop } } })
  }
  const made = await create({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: shop, labels: { team: 'shop' } },
    spec: {
      replicas,
      selector,
      ...(referenced ? { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: shop } } : { template }),
      strategy: strategies[strategy],
    },
  })
  const owner = {
    apiVersion: made.apiVersion,
    kind: made.kind,
    name: shop,
    uid: made.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
  const setName = `${shop}-${hash}`
  await create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: setName, labels: pinned, annotations: { 'rollout.argoproj.io/revision': '1' }, ownerReferences: [owner] },
    spec: { replicas, selector: { matchLabels: pinned }, template: { ...template, metadata: { labels: pinned } } },
  })
  if (strategy !== 'plain') for (const name of [shop, `${shop}-canary`]) await service(name)
  if (strategy === 'routed') {
    await create(gatewayObject())
    await create({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: shop },
      spec: {
        parentRefs: [{ name: 'gateway' }],
        hostnames: [host],
        rules: [
          {
            backendRefs: [
              { name: shop, port: 80, weight: 100 },
              { name: `${shop}-canary`, port: 80, weight: 0 },
            ],
          },
        ],
      },
    })
  }
  if (autoscaler)
    await create({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: shop },
      spec: { minReplicas: 2, maxReplicas: 9, scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: shop } },
    })
  const it: ArgoShop = {
    cluster,
    namespace,
    client,
    ref,
    get,
    argo: () => get('argoproj.io/v1alpha1', 'Rollout', shop),
    setName,
    until,
    pods: async () =>
      (await client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace })).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
    async ready(name = shop) {
      const slices: Json[] = await client.list(
        { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
        { namespace, labelSelector: `kubernetes.io/service-name=${name}` },
      )
      return slices.flatMap(({ endpoints }) => endpoints ?? []).filter((each: Json) => each.conditions?.ready).length
    },
    async status(status) {
      await client.merge(ref('argoproj.io/v1alpha1', 'Rollout', shop), { status }, { subresource: 'status' })
    },
    async answer() {
      await it.status({ observedGeneration: String((await it.argo()).metadata.generation) })
    },
  }
  await it.until('the pods', async () => {
    const { status } = await get('apps/v1', 'ReplicaSet', setName)
    return status?.availableReplicas === replicas ? undefined : `${status?.availableReplicas} available`
  })
  if (strategy !== 'plain') await it.until('the endpoints', async () => ((await it.ready()) === replicas ? undefined : 'not all'))
  await it.status({
    phase: 'Healthy',
    stableRS: hash,
    currentPodHash: hash,
    replicas,
    selector: `app=${shop}`,
  })
  await it.answer()
  return it
}

const strategies: Record<NonNullable<ShopOptions['strategy']>, Json> = {
  routed: {
    canary: {
      stableService: shop,
      canaryService: `${shop}-canary`,
      trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: shop } } },
      steps: [{ setWeight: 20 }, { pause: { duration: 1 } }],
    },
  },
  blueGreen: { blueGreen: { activeService: shop, previewService: `${shop}-canary` } },
  plain: { canary: { steps: [{ setWeight: 40 }, { pause: { duration: '1s' } }] } },
}

async function define(client: KubeClient, until: ArgoShop['until']): Promise<void> {
  await client.create(definition).catch((error: unknown) => {
    if (!(error instanceof KubeError && error.alreadyExists)) throw error
  })
  await until("Argo's kind to be served", () =>
    client.list({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }, { namespace: 'default' }).then(
      () => undefined,
      (error: Error) => error.message,
    ),
  )
}

/** A new version, as a pipeline would bring it. */
export async function release({ client, ref }: ArgoShop, version: string, more: Json = {}): Promise<void> {
  const template = { metadata: more, spec: { containers: [{ name: 'web', image: imageOf(version), ports: [{ containerPort: 8080 }] }] } }
  await client.merge(ref('apps/v1', 'Deployment', shop), { spec: { template } })
}

/** Without what the API server and the native controllers write as time goes by. */
export function stripped({ status: _, ...object }: KubeObject): Json {
  const { resourceVersion, generation, managedFields, uid, creationTimestamp, ...metadata } = object.metadata as Json
  return { ...object, metadata }
}
