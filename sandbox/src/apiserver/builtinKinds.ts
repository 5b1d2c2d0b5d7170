import { builtinSchema } from '../objects/builtin.ts'
import type { ScalePaths, ServedKind } from './kind.ts'

interface Row {
  kind: string
  plural: string
  short?: string[]
  cluster?: true
  all?: true
  subresources?: string[]
  generation?: true
  /** PUT must carry a resourceVersion. */
  conditional?: true
  scale?: ScalePaths
  createOnly?: true
  /** Where its objects live, when under another name. */
  bucket?: { name: string; apiVersion: string }
}

const scale: ScalePaths = {
  replicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: ['spec', 'selector'],
}
const status = ['status']
const scaled = { subresources: ['status', 'scale'], scale, all: true, generation: true } as const
const policy = { cluster: true, generation: true } as const
const review = { cluster: true, createOnly: true } as const

const table: Record<string, Row[]> = {
  v1: [
    { kind: 'Namespace', plural: 'namespaces', short: ['ns'], cluster: true, subresources: ['status', 'finalize'] },
    {
      kind: 'Pod',
      plural: 'pods',
      short: ['po'],
      all: true,
      generation: true,
      subresources: ['status', 'binding', 'eviction'],
    },
    { kind: 'Service', plural: 'services', short: ['svc'], all: true, subresources: status },
    { kind: 'Secret', plural: 'secrets' },
    { kind: 'ConfigMap', plural: 'configmaps', short: ['cm'] },
    { kind: 'ServiceAccount', plural: 'serviceaccounts', short: ['sa'], subresources: ['token'] },
    { kind: 'Event', plural: 'events', short: ['ev'] },
    { kind: 'Endpoints', plural: 'endpoints', short: ['ep'] },
    { kind: 'Node', plural: 'nodes', short: ['no'], cluster: true, subresources: status },
  ],
  'apps/v1': [
    { kind: 'Deployment', plural: 'deployments', short: ['deploy'], ...scaled, subresources: [...scaled.subresources] },
    { kind: 'ReplicaSet', plural: 'replicasets', short: ['rs'], ...scaled, subresources: [...scaled.subresources] },
    { kind: 'StatefulSet', plural: 'statefulsets', short: ['sts'], ...scaled, subresources: [...scaled.subresources] },
    { kind: 'DaemonSet', plural: 'daemonsets', short: ['ds'], all: true, generation: true, subresources: status },
    { kind: 'ControllerRevision', plural: 'controllerrevisions' },
  ],
  'batch/v1': [{ kind: 'Job', plural: 'jobs', all: true, generation: true, subresources: status }],
  'discovery.k8s.io/v1': [{ kind: 'EndpointSlice', plural: 'endpointslices', generation: true }],
  'coordination.k8s.io/v1': [{ kind: 'Lease', plural: 'leases', conditional: true }],
  'events.k8s.io/v1': [{ kind: 'Event', plural: 'events', short: ['ev'], bucket: { name: 'events', apiVersion: 'v1' } }],
  'autoscaling/v2': [
    { kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', short: ['hpa'], all: true, subresources: status },
  ],
  'policy/v1': [
    {
      kind: 'PodDisruptionBudget',
      plural: 'poddisruptionbudgets',
      short: ['pdb'],
      generation: true,
      conditional: true,
      subresources: status,
    },
  ],
  'rbac.authorization.k8s.io/v1': [
    { kind: 'Role', plural: 'roles' },
    { kind: 'RoleBinding', plural: 'rolebindings' },
    { kind: 'ClusterRole', plural: 'clusterroles', cluster: true },
    { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', cluster: true },
  ],
  'authentication.k8s.io/v1': [
    { kind: 'TokenReview', plural: 'tokenreviews', ...review },
    { kind: 'SelfSubjectReview', plural: 'selfsubjectreviews', ...review },
  ],
  'authorization.k8s.io/v1': [
    { kind: 'SubjectAccessReview', plural: 'subjectaccessreviews', ...review },
    { kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews', ...review },
    { kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews', ...review },
    { kind: 'LocalSubjectAccessReview', plural: 'localsubjectaccessreviews', createOnly: true },
  ],
  'admissionregistration.k8s.io/v1': [
    { kind: 'MutatingAdmissionPolicy', plural: 'mutatingadmissionpolicies', ...policy },
    { kind: 'MutatingAdmissionPolicyBinding', plural: 'mutatingadmissionpolicybindings', ...policy },
    { kind: 'ValidatingAdmissionPolicy', plural: 'validatingadmissionpolicies', ...policy, subresources: status },
    { kind: 'ValidatingAdmissionPolicyBinding', plural: 'validatingadmissionpolicybindings', ...policy },
  ],
  'apiextensions.k8s.io/v1': [
    {
      kind: 'CustomResourceDefinition',
      plural: 'customresourcedefinitions',
      short: ['crd', 'crds'],
      cluster: true,
      generation: true,
      conditional: true,
      subresources: status,
    },
  ],
}

function served(apiVersion: string, row: Row): ServedKind {
  const [first = '', second] = apiVersion.split('/')
  const group = second === undefined ? '' : first
  const version = second ?? first
  return {
    group,
    version,
    kind: row.kind,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    shortNames: row.short ?? [],
    categories: row.all ? ['all'] : row.kind === 'CustomResourceDefinition' ? ['api-extensions'] : [],
    namespaced: !row.cluster,
    subresources: row.subresources ?? [],
    listKind: `${row.kind}List`,
    bucket: row.bucket?.name ?? (group ? `${row.plural}.${group}` : row.plural),
    storageApiVersion: row.bucket?.apiVersion ?? apiVersion,
    custom: false,
    createOnly: row.createOnly ?? false,
    generation: row.generation ?? false,
    unconditionalUpdate: !row.conditional,
    ...(row.scale ? { scale: row.scale } : {}),
    schema: () => builtinSchema(apiVersion, row.kind),
  }
}

/** The kinds every server has, in the order discovery shows them. */
export function builtinKinds(): ServedKind[] {
  return Object.entries(table).flatMap(([apiVersion, rows]) => rows.map((row) => served(apiVersion, row)))
}
