import { reaches } from '../kube/policyMatch.ts'
import type { Labels } from '../kube/selector.ts'
import type { KubeObject } from '../kube/types.ts'
import type { Gate } from '../rollout/observed.ts'

/** Who we are and which policies hold Deployments in this cluster, whosever they are. */
export interface Policies {
  me: string
  policies: readonly KubeObject[]
}

/** A namespace's labels as far as they were looked for; `unreadable`: we may not see them. */
export type NamespaceLabels = NonNullable<Labels> | 'unread' | 'unreadable'

/**
 * The gate of one namespace. Every policy that reaches it must exempt us, or what we write is held by the one that does not; none at all means
 * that workloads are paused instead. `unread`: that cannot be said without the namespace's labels.
 * Where labels are unreadable, a policy that exempts us is taken to reach it, and one that does not, too.
 */
export function gateIn({ me, policies }: Policies, namespace: string, labels: NamespaceLabels): Gate | 'unread' {
  const known = typeof labels === 'object' ? labels : undefined
  const near = policies.flatMap((policy) => {
    const reach = reaches(policy, namespace, known)
    return reach === false ? [] : [{ name: policy.metadata.name, ours: exempts(policy, me), sure: reach === true }]
  })
  const foreign = near.filter(({ ours }) => !ours)
  const ours = near.filter((policy) => policy.ours)
  const sure = foreign.some((policy) => policy.sure) || (foreign.length === 0 && (ours.length === 0 || ours.some((policy) => policy.sure)))
  if (!sure && labels === 'unread') return 'unread'
  if (foreign.length === 0) return ours.length === 0 ? 'paused' : 'policies'
  const certain = foreign.filter((policy) => policy.sure)
  const names = (certain.length > 0 ? certain : foreign).map(({ name }) => name).join(', ')
  if (!sure)
    return {
      notOurs: `the admission policies (${names}) do not exempt ${me}, the user this controller runs as, and whether they reach namespace ${namespace} is written in labels of it that this controller may not see: give it the right to get namespaces`,
    }
  if (ours.length > 0)
    return {
      notOurs: `namespace ${namespace} is reached by admission policies of another release of Serin too (${names}), which do not exempt ${me}, the user this controller runs as: every change it makes would be held. Give the two releases different namespaces (spec.matchConstraints.namespaceSelector of the policies): docs/guides/install.md says how`,
    }
  return {
    notOurs: `the admission policies (${names}) do not exempt ${me}, the user this controller runs as: every change it makes would be held. Apply the policies with this user's name in them, or run the controller as the user they name: docs/guides/install.md says how`,
  }
}

function exempts(policy: KubeObject, me: string): boolean {
  const { matchConditions = [] } = policy.spec as { matchConditions?: { expression: string }[] }
  return matchConditions.some(({ expression }) => expression.includes(`'${me}'`) || expression.includes(`"${me}"`))
}
