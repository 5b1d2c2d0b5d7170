import type { Json } from '../cluster/apiClient.ts'

interface Resource {
  apiVersion: string
  plural: string
  namespaced: boolean
}

function resource(apiVersion: string, plural: string, namespaced = true): Resource {
  return { apiVersion, plural, namespaced }
}

/** The kinds that cases use. */
const resources = {
  Namespace: resource('v1', 'namespaces', false),
  ConfigMap: resource('v1', 'configmaps'),
  Secret: resource('v1', 'secrets'),
  Service: resource('v1', 'services'),
  Pod: resource('v1', 'pods'),
  ServiceAccount: resource('v1', 'serviceaccounts'),
  Deployment: resource('apps/v1', 'deployments'),
  ReplicaSet: resource('apps/v1', 'replicasets'),
  Job: resource('batch/v1', 'jobs'),
  EndpointSlice: resource('discovery.k8s.io/v1', 'endpointslices'),
  Lease: resource('coordination.k8s.io/v1', 'leases'),
  HorizontalPodAutoscaler: resource('autoscaling/v2', 'horizontalpodautoscalers'),
  Role: resource('rbac.authorization.k8s.io/v1', 'roles'),
  RoleBinding: resource('rbac.authorization.k8s.io/v1', 'rolebindings'),
  ClusterRole: resource('rbac.authorization.k8s.io/v1', 'clusterroles', false),
  ClusterRoleBinding: resource('rbac.authorization.k8s.io/v1', 'clusterrolebindings', false),
  CustomResourceDefinition: resource('apiextensions.k8s.io/v1', 'customresourcedefinitions', false),
  MutatingAdmissionPolicy: resource('admissionregistration.k8s.io/v1', 'mutatingadmissionpolicies', false),
  MutatingAdmissionPolicyBinding: resource('admissionregistration.k8s.io/v1', 'mutatingadmissionpolicybindings', false),
  ValidatingAdmissionPolicy: resource('admissionregistration.k8s.io/v1', 'validatingadmissionpolicies', false),
  ValidatingAdmissionPolicyBinding: resource('admissionregistration.k8s.io/v1', 'validatingadmissionpolicybindings', false),
  Widget: resource('conformance.example.com/v1', 'widgets'),
  Rollout: resource('gate.example.com/v1alpha1', 'rollouts'),
  RolloutCommand: resource('gate.example.com/v1alpha1', 'rolloutcommands'),
  HTTPRoute: resource('gateway.networking.k8s.io/v1', 'httproutes'),
} as const

export type Kind = keyof typeof resources

export function apiVersionOf(kind: Kind): string {
  return resources[kind].apiVersion
}

/** The path of a kind's list, or of one object of it. */
export function pathOf(kind: Kind, namespace: string, name?: string): string {
  const { apiVersion, plural, namespaced } = resources[kind]
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return `${root}${namespaced ? `/namespaces/${namespace}` : ''}/${plural}${name === undefined ? '' : `/${name}`}`
}

/** The path of an object; namespaced ones without a namespace are looked for in the one given. */
export function pathOfObject(object: Json, namespace: string): string {
  return pathOf(object.kind, object.metadata.namespace ?? namespace, object.metadata.name)
}
