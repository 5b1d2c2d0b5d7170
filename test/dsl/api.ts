import type { HttpRequest, Transport } from '../../controller/src/kube/types.ts'
import type { Json } from '../cluster/apiClient.ts'

/** Where each kind of a scenario is served. */
const resources = {
  Namespace: { base: '/api/v1', plural: 'namespaces', namespaced: false },
  Pod: { base: '/api/v1', plural: 'pods', namespaced: true },
  Service: { base: '/api/v1', plural: 'services', namespaced: true },
  Secret: { base: '/api/v1', plural: 'secrets', namespaced: true },
  Event: { base: '/apis/events.k8s.io/v1', plural: 'events', namespaced: true },
  Deployment: { base: '/apis/apps/v1', plural: 'deployments', namespaced: true },
  ReplicaSet: { base: '/apis/apps/v1', plural: 'replicasets', namespaced: true },
  EndpointSlice: { base: '/apis/discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  Job: { base: '/apis/batch/v1', plural: 'jobs', namespaced: true },
  Lease: { base: '/apis/coordination.k8s.io/v1', plural: 'leases', namespaced: true },
  Gateway: { base: '/apis/gateway.networking.k8s.io/v1', plural: 'gateways', namespaced: true },
  HTTPRoute: { base: '/apis/gateway.networking.k8s.io/v1', plural: 'httproutes', namespaced: true },
  GRPCRoute: { base: '/apis/gateway.networking.k8s.io/v1', plural: 'grpcroutes', namespaced: true },
  TCPRoute: { base: '/apis/gateway.networking.k8s.io/v1', plural: 'tcproutes', namespaced: true },
  TLSRoute: { base: '/apis/gateway.networking.k8s.io/v1', plural: 'tlsroutes', namespaced: true },
  HorizontalPodAutoscaler: { base: '/apis/autoscaling/v2', plural: 'horizontalpodautoscalers', namespaced: true },
  Rollout: { base: '/apis/serin.dev/v1alpha1', plural: 'rollouts', namespaced: true },
  RolloutCommand: { base: '/apis/serin.dev/v1alpha1', plural: 'rolloutcommands', namespaced: true },
  AnalysisTemplate: { base: '/apis/serin.dev/v1alpha1', plural: 'analysistemplates', namespaced: true },
  ClusterAnalysisTemplate: { base: '/apis/serin.dev/v1alpha1', plural: 'clusteranalysistemplates', namespaced: false },
  AnalysisRun: { base: '/apis/serin.dev/v1alpha1', plural: 'analysisruns', namespaced: true },
  MetricSource: { base: '/apis/serin.dev/v1alpha1', plural: 'metricsources', namespaced: true },
  ClusterMetricSource: { base: '/apis/serin.dev/v1alpha1', plural: 'clustermetricsources', namespaced: false },
  Notifier: { base: '/apis/serin.dev/v1alpha1', plural: 'notifiers', namespaced: true },
  ClusterNotifier: { base: '/apis/serin.dev/v1alpha1', plural: 'clusternotifiers', namespaced: false },
  Notification: { base: '/apis/serin.dev/v1alpha1', plural: 'notifications', namespaced: true },
  Role: { base: '/apis/rbac.authorization.k8s.io/v1', plural: 'roles', namespaced: true },
  RoleBinding: { base: '/apis/rbac.authorization.k8s.io/v1', plural: 'rolebindings', namespaced: true },
  ClusterRole: { base: '/apis/rbac.authorization.k8s.io/v1', plural: 'clusterroles', namespaced: false },
  ClusterRoleBinding: { base: '/apis/rbac.authorization.k8s.io/v1', plural: 'clusterrolebindings', namespaced: false },
  SelfSubjectRulesReview: { base: '/apis/authorization.k8s.io/v1', plural: 'selfsubjectrulesreviews', namespaced: false },
  SubjectAccessReview: { base: '/apis/authorization.k8s.io/v1', plural: 'subjectaccessreviews', namespaced: false },
  CustomResourceDefinition: { base: '/apis/apiextensions.k8s.io/v1', plural: 'customresourcedefinitions', namespaced: false },
  MutatingAdmissionPolicy: {
    base: '/apis/admissionregistration.k8s.io/v1',
    plural: 'mutatingadmissionpolicies',
    namespaced: false,
  },
  MutatingAdmissionPolicyBinding: {
    base: '/apis/admissionregistration.k8s.io/v1',
    plural: 'mutatingadmissionpolicybindings',
    namespaced: false,
  },
  ValidatingAdmissionPolicy: {
    base: '/apis/admissionregistration.k8s.io/v1',
    plural: 'validatingadmissionpolicies',
    namespaced: false,
  },
  ValidatingAdmissionPolicyBinding: {
    base: '/apis/admissionregistration.k8s.io/v1',
    plural: 'validatingadmissionpolicybindings',
    namespaced: false,
  },
} as const

export type KindName = keyof typeof resources

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

/** The API server said no. */
export class Refused extends Error {
  readonly code: number
  readonly reason: string
  constructor(what: string, code: number, status: Json) {
    super(`${what}: ${code} ${status?.message ?? JSON.stringify(status)}`)
    this.code = code
    this.reason = status?.reason ?? ''
  }
}

/** What one user does to one namespace of a cluster. Refusals are thrown as Refused; a broken connection as whatever the transport throws. */
export interface Api {
  get(kind: KindName, name: string): Promise<Json | undefined>
  list(kind: KindName, labelSelector?: string): Promise<Json[]>
  create(object: Json, options?: Write): Promise<Json>
  /** PUT: replaces the object by exactly this. */
  replace(object: Json, options?: Write): Promise<Json>
  patch(kind: KindName, name: string, type: keyof typeof patchTypes, body: unknown, options?: Write): Promise<Json>
  /** Server-side apply. */
  apply(object: Json, options: Write & { manager: string; force?: boolean }): Promise<Json>
  /** Gone already is no error. */
  delete(kind: KindName, name: string, options?: { propagation?: 'Background' | 'Foreground' | 'Orphan' }): Promise<void>
}

interface Write {
  subresource?: string
  dryRun?: boolean
}

/** An Api over any transport. Objects that name no namespace are meant to be in that one. */
export function apiOver(transport: Transport, namespace: string): Api {
  const pathOf = (kind: KindName, of: { namespace?: string; name?: string; subresource?: string }) => {
    const { base, plural, namespaced } = resources[kind]
    const place = namespaced ? `/namespaces/${of.namespace ?? namespace}` : ''
    return [`${base}${place}/${plural}`, of.name, of.subresource].filter(Boolean).join('/')
  }
  const exchange = async (request: HttpRequest): Promise<Json> => {
    const response = await transport.send(request)
    let text = ''
    const decoder = new TextDecoder()
    for await (const piece of response.body) text += decoder.decode(piece, { stream: true })
    const json = text === '' ? undefined : JSON.parse(text)
    if (response.status >= 400) throw new Refused(`${request.method} ${request.path}`, response.status, json)
    return json
  }
  const write = (method: HttpRequest['method'], path: string, body: unknown, contentType: string, query: Record<string, string>) => {
    const text = new URLSearchParams(query).toString()
    return exchange({
      method,
      path: text === '' ? path : `${path}?${text}`,
      headers: { 'content-type': contentType },
      body: JSON.stringify(body),
    })
  }
  const dry = ({ dryRun }: Write): Record<string, string> => (dryRun ? { dryRun: 'All' } : {})
  const placed = (object: Json): Json =>
    resources[object.kind as KindName].namespaced ? { ...object, metadata: { namespace, ...object.metadata } } : object

  return {
    async get(kind, name) {
      try {
        return await exchange({ method: 'GET', path: pathOf(kind, { name }) })
      } catch (error) {
        if (error instanceof Refused && error.code === 404) return undefined
        throw error
      }
    },
    async list(kind, labelSelector) {
      const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`
      const { items } = await exchange({ method: 'GET', path: pathOf(kind, {}) + query })
      return items.map((item: Json) => ({ ...item, kind }))
    },
    create(object, options = {}) {
      const { kind, metadata } = placed(object)
      return write(
        'POST',
        pathOf(kind, metadata.namespace ? { namespace: metadata.namespace } : {}),
        placed(object),
        'application/json',
        dry(options),
      )
    },
    replace(object, options = {}) {
      const { kind, metadata } = placed(object)
      return write('PUT', pathOf(kind, { ...metadata, ...options }), placed(object), 'application/json', dry(options))
    },
    patch(kind, name, type, body, options = {}) {
      return write('PATCH', pathOf(kind, { name, ...options }), body, patchTypes[type], dry(options))
    },
    apply(object, { manager, force, ...options }) {
      const { kind, metadata } = placed(object)
      const query = { fieldManager: manager, ...(force ? { force: 'true' } : {}), ...dry(options) }
      return write('PATCH', pathOf(kind, { ...metadata, ...options }), placed(object), 'application/apply-patch+yaml', query)
    },
    async delete(kind, name, { propagation = 'Background' } = {}) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation }
      try {
        await write('DELETE', pathOf(kind, { name }), body, 'application/json', {})
      } catch (error) {
        if (!(error instanceof Refused && error.code === 404)) throw error
      }
    },
  }
}

/** The path of a kind's objects in a namespace, for a watch. */
export function pathOfAll(kind: KindName, namespace: string): string {
  const { base, plural } = resources[kind]
  return `${base}/namespaces/${namespace}/${plural}`
}
