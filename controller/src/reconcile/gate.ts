import type { Clock, Instant } from '../clock.ts'
import { KubeError } from '../kube/errors.ts'
import type { Log } from '../kube/log.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import type { Gate } from '../rollout/observed.ts'
import { gateIn, type NamespaceLabels, type Policies } from './policyReach.ts'

const policyLabel = 'serin.dev/policy=hold-deployments'
/** People move a namespace from one team to another now and then, and there may be thousands: one small read each in so long. */
const labelsKeptMs = 600_000

/** Which gate holds changed templates, namespace by namespace. */
export interface Gates {
  /** From what was seen at the last look; throws what a later try may cure. */
  of(namespace: string): Promise<Gate>
  /** Looks at the policies anew; which of these namespaces have another gate now. Throws what a later try may cure. */
  look(namespaces: Iterable<string>): Promise<Set<string>>
}

/** `forced` is the flag by which people choose the pausing gate where policies are there. */
export function openGates({ client, clock, log, forced }: { client: KubeClient; clock: Clock; log: Log; forced?: 'paused' }): Gates {
  let seen: Policies | undefined
  const labels = new Map<string, { value: NamespaceLabels; until: Instant }>()
  /** Of many Rollouts in a namespace that are looked at side by side, the first one's read is everybody's. */
  const reading = new Map<string, Promise<NamespaceLabels>>()
  let gates = new Map<string, Gate>()

  const labelsOf = async (namespace: string): Promise<NamespaceLabels> => {
    const known = labels.get(namespace)
    if (known && clock.now() < known.until) return known.value
    const asked = reading.get(namespace) ?? readLabels(client, namespace).finally(() => reading.delete(namespace))
    reading.set(namespace, asked)
    const value = await asked
    labels.set(namespace, { value, until: clock.now() + labelsKeptMs })
    return value
  }
  const find = async (namespace: string): Promise<Gate> => {
    if (forced) return forced
    if (!seen) return { notOurs: 'the admission policies were not looked at yet' }
    const cheap = gateIn(seen, namespace, 'unread')
    const found = cheap === 'unread' ? gateIn(seen, namespace, await labelsOf(namespace)) : cheap
    // With labels, or knowing that there are none to be had, it is always said.
    return found === 'unread' ? 'paused' : found
  }
  const complain = (namespace: string, found: Gate) => {
    if (typeof found === 'object' && text(found) !== text(gates.get(namespace))) log.warn({ namespace }, found.notOurs)
  }

  return {
    async of(namespace) {
      const known = gates.get(namespace)
      if (known) return known
      const found = await find(namespace)
      complain(namespace, found)
      if (seen || forced) gates.set(namespace, found)
      return found
    },
    async look(namespaces) {
      if (!forced) {
        const found = { policies: await policiesOf(client), me: await whoAmI(client) }
        if (!seen || text(names(found)) !== text(names(seen))) log.info(names(found), 'the admission policies that hold changed templates')
        seen = found
      }
      const next = new Map<string, Gate>()
      for (const namespace of new Set(namespaces)) next.set(namespace, await find(namespace))
      const changed = [...next].filter(([namespace, found]) => text(found) !== text(gates.get(namespace)))
      for (const [namespace, found] of changed) complain(namespace, found)
      gates = next
      return new Set(changed.map(([namespace]) => namespace))
    },
  }
}

const names = ({ me, policies }: Policies) => ({ me, policies: policies.map(({ metadata }) => metadata.name) })
const text = (value: unknown): string | undefined => JSON.stringify(value)

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

async function readLabels(client: KubeClient, namespace: string): Promise<NamespaceLabels> {
  try {
    const found = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })
    return found?.metadata.labels ?? {}
  } catch (error) {
    if (error instanceof KubeError && error.forbidden) return 'unreadable'
    throw error
  }
}

async function whoAmI(client: KubeClient): Promise<string> {
  const review = await client.create({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: { name: '' } })
  return (review.status as { userInfo?: { username?: string } } | undefined)?.userInfo?.username ?? ''
}
