import { KubeError } from '../kube/errors.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import type { Gate } from '../rollout/observed.ts'

const policyLabel = 'serin.dev/policy=hold-deployments'

/**
 * Which gate holds changed templates in this cluster: the admission policies if they are there and exempt us, else the pausing of workloads.
 * `forced` is the flag by which people choose the pausing gate where policies are there.
 */
export async function findGate(client: KubeClient, forced?: 'paused'): Promise<Gate> {
  if (forced) return forced
  const policies = await policiesOf(client)
  if (policies.length === 0) return 'paused'
  const me = await whoAmI(client)
  if (policies.some((policy) => exempts(policy, me))) return 'policies'
  const names = policies.map(({ metadata }) => metadata.name).join(', ')
  return {
    notOurs: `the admission policies (${names}) do not exempt ${me}, the user this controller runs as: every change it makes would be held. Apply the policies with this user's name in them, or run the controller as the user they name: docs/guides/install.md says how`,
  }
}

async function policiesOf(client: KubeClient): Promise<KubeObject[]> {
  for (const version of ['v1', 'v1beta1']) {
    try {
      return await client.list(
        { apiVersion: `admissionregistration.k8s.io/${version}`, kind: 'MutatingAdmissionPolicy' },
        { labelSelector: policyLabel },
      )
    } catch (error) {
      if (!(error instanceof KubeError && (error.notFound || error.reason === 'UnknownKind'))) throw error
    }
  }
  return []
}

async function whoAmI(client: KubeClient): Promise<string> {
  const review = await client.create({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: { name: '' } })
  return (review.status as { userInfo?: { username?: string } } | undefined)?.userInfo?.username ?? ''
}

function exempts(policy: KubeObject, me: string): boolean {
  const { matchConditions = [] } = policy.spec as { matchConditions?: { expression: string }[] }
  return matchConditions.some(({ expression }) => expression.includes(`'${me}'`) || expression.includes(`"${me}"`))
}
