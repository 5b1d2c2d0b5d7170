import type { Clock } from '../../clock.ts'
import { exchangeJson } from '../../kube/body.ts'
import type { Transport } from '../../kube/types.ts'
import { kept } from '../kept.ts'
import type { Answer, Attributes, Person } from '../parts.ts'
import { authenticatedGroup } from './impersonation.ts'

const allowedForMs = 10_000
const refusedForMs = 3_000
const mostAnswers = 10_000

/**
 * Asks the API server what people may do. An answer is kept: a right given counts after 3 s at most, one taken away after 10 s. `about`: `anybody`,
 * by SubjectAccessReviews, or `ourselves`, by those that everybody may ask about himself.
 */
export function reviewer(transport: Transport, clock: Clock, about: 'anybody' | 'ourselves') {
  const answers = kept<Answer>(clock, { ms: ({ allowed }) => (allowed ? allowedForMs : refusedForMs), most: mostAnswers })
  return (person: Person, wanted: Attributes): Promise<Answer> => {
    const groups = [...new Set([...person.groups, authenticatedGroup])].sort()
    const who = about === 'ourselves' ? {} : { user: person.username, groups, ...(person.uid ? { uid: person.uid } : {}) }
    const { verb, group, resource, subresource, namespace, name } = wanted
    const resourceAttributes = { verb, group, resource, subresource, namespace, name }
    const kind = about === 'ourselves' ? 'SelfSubjectAccessReview' : 'SubjectAccessReview'
    return answers(JSON.stringify([who, resourceAttributes]), async () => {
      const review = (await exchangeJson(transport, {
        method: 'POST',
        path: `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind, spec: { ...who, resourceAttributes } }),
      })) as { status?: { allowed?: boolean; denied?: boolean; reason?: string; evaluationError?: string } }
      const { allowed = false, denied = false, reason, evaluationError } = review.status ?? {}
      if (allowed && !denied) return { allowed: true }
      const because = reason || evaluationError
      return { allowed: false, ...(because ? { because } : {}) }
    })
  }
}
