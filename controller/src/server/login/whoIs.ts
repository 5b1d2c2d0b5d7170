import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import type { Clock } from '../../clock.ts'
import { exchangeJson } from '../../kube/body.ts'
import { KubeError } from '../../kube/errors.ts'
import type { Transport } from '../../kube/types.ts'
import { kept } from '../kept.ts'
import type { Person } from '../parts.ts'
import { Refusal } from '../problems.ts'

export interface TokenOwner {
  person: Person & { groups: string[] }
  /** When the token ends, if it says so. */
  until?: number
}

/** Asks the API server whose credentials these are. */
export async function ownerOf(transport: Transport, headers: Record<string, string> = {}): Promise<TokenOwner['person']> {
  const review = (await exchangeJson(transport, {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
  })) as { status?: { userInfo?: { username?: string; groups?: string[]; uid?: string } } }
  const { username = '', groups = [], uid } = review.status?.userInfo ?? {}
  if (username === '' || username === 'system:anonymous') throw notAccepted()
  return { username, groups, ...(uid ? { uid } : {}) }
}

const goodForMs = 10_000
const badForMs = 3_000
const mostAnswers = 10_000

/** Whose token it is. The answer is kept for some seconds, never under the token itself. Throws a Refusal for one that the API server does not accept. */
export function tokenOwners(bare: Transport, clock: Clock): (token: string) => Promise<TokenOwner> {
  const answers = kept<TokenOwner | undefined>(clock, { ms: (owner) => (owner ? goodForMs : badForMs), most: mostAnswers })
  return async (token) => {
    if (!/^[!-~]{1,20000}$/.test(token)) throw notAccepted()
    const owner = await answers(createHash('sha256').update(token).digest('base64url'), async () => {
      try {
        const person = await ownerOf(bare, { authorization: `Bearer ${token}` })
        return { person, ...expiryOf(token) }
      } catch (error) {
        if (error instanceof Refusal || (error instanceof KubeError && error.status === 401)) return undefined
        throw error
      }
    })
    if (!owner || (owner.until !== undefined && owner.until <= clock.now())) throw notAccepted()
    return owner
  }
}

const notAccepted = () =>
  new Refusal('SERIN-401-TOKEN', 'The API server does not accept this token. It may have ended, or be for another cluster.')

function expiryOf(token: string): { until?: number } {
  try {
    const { exp } = decodeJwt(token)
    return exp === undefined ? {} : { until: exp * 1_000 }
  } catch {
    // Not every token is a JWT.
    return {}
  }
}
