import type { Clock } from '../../clock.ts'
import { KubeError } from '../../kube/errors.ts'
import { reaches } from '../../kube/policyMatch.ts'
import type { KubeClient, KubeObject } from '../../kube/types.ts'
import { kept } from '../kept.ts'

/** Whether the API server writes who asks into each RolloutCommand of a namespace. Where that cannot be found out it is taken not to. */
export function stampsOf(client: KubeClient, clock: Clock): (namespace: string) => Promise<boolean> {
  const policies = kept<KubeObject[]>(clock, { ms: 60_000 })
  const labels = kept<Record<string, string> | undefined>(clock, { ms: 600_000, most: 5000 })
  return async (namespace) => {
    const near = (await policies('', () => stamping(client))).map((policy) => ({ policy, reach: reaches(policy, namespace) }))
    if (near.some(({ reach }) => reach === true)) return true
    const unsure = near.filter(({ reach }) => reach === undefined)
    if (unsure.length === 0) return false
    const known = await labels(namespace, () => labelsOf(client, namespace))
    return known !== undefined && unsure.some(({ policy }) => reaches(policy, namespace, known) === true)
  }
}

async function stamping(client: KubeClient): Promise<KubeObject[]> {
  for (const version of ['v1', 'v1beta1']) {
    try {
      return await client.list(
        { apiVersion: `admissionregistration.k8s.io/${version}`, kind: 'MutatingAdmissionPolicy' },
        { labelSelector: 'serin.dev/policy=stamp-commands' },
      )
    } catch (error) {
      if (!(error instanceof KubeError && (error.notFound || error.forbidden || error.reason === 'UnknownKind'))) throw error
    }
  }
  return []
}

async function labelsOf(client: KubeClient, namespace: string): Promise<Record<string, string> | undefined> {
  try {
    return (await client.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }))?.metadata.labels ?? {}
  } catch (error) {
    if (error instanceof KubeError && error.forbidden) return undefined
    throw error
  }
}
