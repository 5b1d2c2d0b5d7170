import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { policies } from '../../controller/src/api/policies.ts'
import type { Json } from '../cluster/apiClient.ts'
import { testUsers } from '../cluster/users.ts'

/** Namespaces with this label are out of the policies' reach, as on a cluster without the policy API. */
export const unguardedLabel = 'test.serin.dev/unguarded'

/** Where a controller's lease is. */
export const systemNamespace = 'serin-system'
/** Where a second installation is; its lease is in the first one's. */
const otherNamespace = 'serin-other'

const any = (apiGroups: string[], ...names: string[]) => ({ apiGroups, resources: names, verbs: ['*'] })
const rbac = 'rbac.authorization.k8s.io'

function role(name: string, rules: Json[]): Json {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules }
}

function binding(name: string, subjects: Json[]): Json {
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name }
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects }
}

/** The kinds; they have to be served before anything else of an installation. */
export function definitions(): Json[] {
  return kinds.map(crdOf)
}

/** Policies and rights, as a chart would install them, and what developers of the scenarios may do. */
export function installation(): Json[] {
  const gatewayGroup = 'gateway.networking.k8s.io'
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } },
    ...policies({
      serinUser: testUsers.serin.username,
      namespaceSelector: { matchExpressions: [{ key: unguardedLabel, operator: 'DoesNotExist' }] },
    }),
    role('scenario-serin', [
      any(['serin.dev'], 'rollouts', 'rollouts/status', 'rollouts/finalizers', 'rolloutcommands', 'rolloutcommands/status'),
      any(['serin.dev'], 'analysisruns', 'analysisruns/status', 'analysistemplates', 'clusteranalysistemplates'),
      any(['serin.dev'], 'metricsources', 'metricsources/status', 'clustermetricsources', 'clustermetricsources/status'),
      any(['apps'], 'deployments', 'deployments/finalizers', 'replicasets'),
      any([''], 'services', 'events'),
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      any(['batch'], 'jobs'),
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
      any(['events.k8s.io'], 'events'),
      any(['coordination.k8s.io'], 'leases'),
      any([gatewayGroup], 'httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes'),
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingadmissionpolicies', 'validatingadmissionpolicies'],
        verbs: ['get', 'list', 'watch'],
      },
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        resourceNames: kinds.map(({ plural }) => `${plural}.serin.dev`),
        verbs: ['get'],
      },
      { apiGroups: [gatewayGroup], resources: ['gateways', 'gatewayclasses'], verbs: ['get', 'list', 'watch'] },
    ]),
    binding(
      'scenario-serin',
      [systemNamespace, otherNamespace].map((namespace) => ({ kind: 'ServiceAccount', name: 'serin', namespace })),
    ),
    role('scenario-developer', [
      any(['apps'], 'deployments', 'deployments/scale', 'replicasets'),
      any([''], 'services', 'pods'),
      any([gatewayGroup], 'httproutes'),
      // No '*': promote, abort and the like are verbs too.
      {
        apiGroups: ['serin.dev'],
        resources: ['rollouts', 'rolloutcommands'],
        verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
      },
      { apiGroups: ['serin.dev'], resources: ['analysisruns'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
      {
        apiGroups: ['serin.dev'],
        resources: ['analysistemplates', 'clusteranalysistemplates', 'metricsources', 'clustermetricsources'],
        verbs: ['get', 'list'],
      },
    ]),
    binding('scenario-developer', [{ apiGroup: rbac, kind: 'Group', name: 'developers' }]),
  ]
}
