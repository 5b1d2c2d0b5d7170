import type { ResourceType } from './types.ts'

/** Which kinds can be spoken of without asking the server first. */
export interface TypeTable {
  find(apiVersion: string, kind: string): ResourceType | undefined
}

const cluster = (group: string, version: string, kind: string, plural: string): ResourceType => ({
  group,
  version,
  kind,
  plural,
  namespaced: false,
})
const namespaced = (group: string, version: string, kind: string, plural: string): ResourceType => ({
  group,
  version,
  kind,
  plural,
  namespaced: true,
})

const gateway = 'gateway.networking.k8s.io'
const admission = 'admissionregistration.k8s.io'

/** The kinds that the controller and its command use. */
const knownTypes: readonly ResourceType[] = [
  namespaced('', 'v1', 'Pod', 'pods'),
  namespaced('', 'v1', 'Service', 'services'),
  cluster('', 'v1', 'Namespace', 'namespaces'),
  cluster('', 'v1', 'Node', 'nodes'),
  namespaced('', 'v1', 'Event', 'events'),
  namespaced('', 'v1', 'ConfigMap', 'configmaps'),
  namespaced('', 'v1', 'Secret', 'secrets'),
  namespaced('', 'v1', 'ServiceAccount', 'serviceaccounts'),
  namespaced('', 'v1', 'Endpoints', 'endpoints'),
  namespaced('events.k8s.io', 'v1', 'Event', 'events'),
  namespaced('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices'),
  namespaced('apps', 'v1', 'Deployment', 'deployments'),
  namespaced('apps', 'v1', 'ReplicaSet', 'replicasets'),
  namespaced('apps', 'v1', 'StatefulSet', 'statefulsets'),
  namespaced('apps', 'v1', 'DaemonSet', 'daemonsets'),
  namespaced('apps', 'v1', 'ControllerRevision', 'controllerrevisions'),
  namespaced('batch', 'v1', 'Job', 'jobs'),
  namespaced('coordination.k8s.io', 'v1', 'Lease', 'leases'),
  namespaced('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  namespaced('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  cluster(gateway, 'v1', 'GatewayClass', 'gatewayclasses'),
  namespaced(gateway, 'v1', 'Gateway', 'gateways'),
  namespaced(gateway, 'v1', 'HTTPRoute', 'httproutes'),
  namespaced(gateway, 'v1', 'GRPCRoute', 'grpcroutes'),
  namespaced(gateway, 'v1', 'TCPRoute', 'tcproutes'),
  namespaced(gateway, 'v1alpha2', 'TCPRoute', 'tcproutes'),
  namespaced(gateway, 'v1', 'TLSRoute', 'tlsroutes'),
  namespaced(gateway, 'v1alpha3', 'TLSRoute', 'tlsroutes'),
  namespaced(gateway, 'v1alpha2', 'TLSRoute', 'tlsroutes'),
  cluster('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions'),
  ...['v1', 'v1beta1'].flatMap((version) => [
    cluster(admission, version, 'MutatingAdmissionPolicy', 'mutatingadmissionpolicies'),
    cluster(admission, version, 'MutatingAdmissionPolicyBinding', 'mutatingadmissionpolicybindings'),
    cluster(admission, version, 'ValidatingAdmissionPolicy', 'validatingadmissionpolicies'),
    cluster(admission, version, 'ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'),
  ]),
  cluster('authorization.k8s.io', 'v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews'),
  cluster('authorization.k8s.io', 'v1', 'SubjectAccessReview', 'subjectaccessreviews'),
  cluster('authentication.k8s.io', 'v1', 'SelfSubjectReview', 'selfsubjectreviews'),
  cluster('authentication.k8s.io', 'v1', 'TokenReview', 'tokenreviews'),
  namespaced('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts'),
  namespaced('argoproj.io', 'v1alpha1', 'AnalysisTemplate', 'analysistemplates'),
  cluster('argoproj.io', 'v1alpha1', 'ClusterAnalysisTemplate', 'clusteranalysistemplates'),
  namespaced('serin.dev', 'v1alpha1', 'Rollout', 'rollouts'),
  namespaced('serin.dev', 'v1alpha1', 'RolloutCommand', 'rolloutcommands'),
  namespaced('serin.dev', 'v1alpha1', 'AnalysisTemplate', 'analysistemplates'),
  cluster('serin.dev', 'v1alpha1', 'ClusterAnalysisTemplate', 'clusteranalysistemplates'),
  namespaced('serin.dev', 'v1alpha1', 'AnalysisRun', 'analysisruns'),
  namespaced('serin.dev', 'v1alpha1', 'MetricSource', 'metricsources'),
  cluster('serin.dev', 'v1alpha1', 'ClusterMetricSource', 'clustermetricsources'),
  namespaced('serin.dev', 'v1alpha1', 'Notifier', 'notifiers'),
  cluster('serin.dev', 'v1alpha1', 'ClusterNotifier', 'clusternotifiers'),
  namespaced('serin.dev', 'v1alpha1', 'Notification', 'notifications'),
]

/** A table of the given kinds; of two entries with the same apiVersion and kind the later counts. */
export function typeTable(types: readonly ResourceType[] = knownTypes): TypeTable {
  const byKind = new Map(types.map((type) => [`${apiVersionOf(type)}/${type.kind}`, type]))
  return { find: (apiVersion, kind) => byKind.get(`${apiVersion}/${kind}`) }
}

/** 'v1' for the core group, else 'group/version'. */
export function apiVersionOf(type: { group: string; version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`
}

/** The group of an apiVersion, '' for the core group, and its version. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.lastIndexOf('/')
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}
