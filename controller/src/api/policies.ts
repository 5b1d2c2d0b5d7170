import type { KubeObject } from '../kube/types.ts'
import {
  analysisGuard,
  heldDeployments,
  holdDeployments,
  holdRoutes,
  holdServices,
  mayCommand,
  runGuard,
  stampCommands,
} from './policyRules.ts'
import { group } from './rollout.ts'

/** A group of route kinds whose `spec.rules` are Serin's while a run is under way. */
export interface RouteResources {
  group: string
  /** Plurals, e.g. httproutes. */
  resources: string[]
}

export interface PolicyOptions {
  /** The controller's user name: system:serviceaccount:NAMESPACE:NAME. It alone is exempt. */
  serinUser: string
  /** Beginning of every policy's name; two installations in one cluster need two. Default: serin. */
  name?: string
  routeResources?: RouteResources[]
  /**
   * The version of admissionregistration.k8s.io at which the cluster serves MutatingAdmissionPolicy: v1 since Kubernetes 1.36; v1beta1 from 1.34,
   * where it is switched on. ValidatingAdmissionPolicy is v1 since 1.30. Default: v1.
   */
  mutatingVersion?: 'v1' | 'v1beta1'
  /** Restricts every policy to some namespaces; left out: all. */
  namespaceSelector?: unknown
}

export const gatewayApiRoutes: RouteResources = {
  group: 'gateway.networking.k8s.io',
  resources: ['httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes'],
}

/** Written on a policy, so that the controller can find out whether it is there. */
export const policyLabel = `${group}/policy`

export type PolicyName =
  | 'hold-deployments'
  | 'held-deployments'
  | 'hold-services'
  | 'hold-routes'
  | 'stamp-commands'
  | 'may-command'
  | 'run-guard'
  | 'analysis-guard'

/** They guard Serin's own kinds, and work where nothing can be held or stamped. Whoever is refused by them is written down. */
export const guards: readonly PolicyName[] = ['may-command', 'run-guard', 'analysis-guard']

/** What a policy says, apart from its name and where it applies. */
export interface PolicyRule {
  kind: 'MutatingAdmissionPolicy' | 'ValidatingAdmissionPolicy'
  rule: { apiGroups: string[]; apiVersions: string[]; operations: string[]; resources: string[] }
  spec: Record<string, unknown>
}

/**
 * The admission policies that guard workloads, routes, commands and rollouts inside the API server, each followed by its binding.
 * They work with nothing of Serin's alive, and fail closed. Needs MutatingAdmissionPolicy: Kubernetes 1.36, or 1.34 with its v1beta1 switched on.
 */
export function policies({
  serinUser,
  name = 'serin',
  routeResources = [gatewayApiRoutes],
  mutatingVersion = 'v1',
  namespaceSelector,
}: PolicyOptions): KubeObject[] {
  const rules: [PolicyName, string, PolicyRule][] = [
    ['hold-deployments', '', holdDeployments(serinUser)],
    ['held-deployments', '', heldDeployments(serinUser)],
    ['hold-services', '', holdServices(serinUser)],
    ...routeResources.map((routes, index): [PolicyName, string, PolicyRule] => [
      'hold-routes',
      index === 0 ? '' : `-${routes.group.split('.')[0]}`,
      holdRoutes(serinUser, routes),
    ]),
    ['stamp-commands', '', stampCommands()],
    ['may-command', '', mayCommand()],
    ['run-guard', '', runGuard(serinUser)],
    ['analysis-guard', '', analysisGuard(serinUser)],
  ]
  return rules.flatMap(([policy, suffix, { kind, rule, spec }]) => {
    const metadata = {
      name: `${name}-${policy}${suffix}`,
      labels: { 'app.kubernetes.io/part-of': 'serin', [policyLabel]: policy },
    }
    const mutating = kind === 'MutatingAdmissionPolicy'
    const apiVersion = `admissionregistration.k8s.io/${mutating ? mutatingVersion : 'v1'}`
    return [
      {
        apiVersion,
        kind,
        metadata,
        spec: {
          failurePolicy: 'Fail',
          ...(mutating ? { reinvocationPolicy: 'IfNeeded' } : {}),
          matchConstraints: { ...(namespaceSelector === undefined ? {} : { namespaceSelector }), resourceRules: [rule] },
          ...spec,
        },
      },
      {
        apiVersion,
        kind: `${kind}Binding`,
        metadata,
        spec: {
          policyName: metadata.name,
          ...(mutating ? {} : { validationActions: guards.includes(policy) ? ['Deny', 'Audit'] : ['Deny'] }),
        },
      },
    ]
  })
}
