import { programVersion } from '../../cli/programVersion.ts'
import type { Clock } from '../../clock.ts'
import { kubeClient } from '../../kube/client.ts'
import type { HttpRequest, Transport } from '../../kube/types.ts'
import type { Authority, Caller } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { type Impersonable, impersonationHeaders } from './impersonation.ts'
import { reviewer } from './reviews.ts'

export interface AuthorityParts {
  /** With the server's own credentials: for reviews, and to impersonate. */
  transport: Transport
  /** To the same cluster with no credentials at all: what goes through it is by whom its own token says, or by nobody. */
  bare: Transport
  clock: Clock
  readOnly: boolean
  /** For whom requests may be made in their name. Default: whoever RBAC allows, but for those of Kubernetes itself. */
  impersonate?: Impersonable
  /** On a laptop the server is the person, who need not be allowed to ask about others. */
  ourselves?: boolean
}

const userAgent = `serin-dashboard/${programVersion}`

/** Asks what people may do, and makes requests in their names: with their own tokens, by impersonation, or as the very person that runs it. */
export function createAuthority({ transport, bare, clock, readOnly, impersonate = {}, ourselves = false }: AuthorityParts): Authority {
  return {
    may: reviewer(transport, clock, ourselves ? 'ourselves' : 'anybody'),
    as({ person, credentials }, requestId) {
      if (readOnly) throw new Refusal('SERIN-403-READONLY', 'This server only shows. Use the serin command, or another server.')
      const [way, headers] = wayOf({ person, credentials })
      const marked = { 'user-agent': userAgent, 'audit-id': requestId, ...headers }
      return kubeClient(withHeaders(way, marked), { fieldManager: 'serin-dashboard' })
    },
  }

  function wayOf({ person, credentials }: Pick<Caller, 'person' | 'credentials'>): [Transport, HttpRequest['headers']] {
    switch (credentials.by) {
      case 'token':
        return [bare, { authorization: `Bearer ${credentials.token}` }]
      case 'impersonation':
        return [transport, impersonationHeaders(person, impersonate)]
      case 'own':
        if (!ourselves) throw new Refusal('SERIN-403-IMPERSONATION', 'This server is nobody in person.')
        return [transport, {}]
    }
  }
}

/** The same transport; every request carries the headers, whatever else it has. */
function withHeaders(transport: Transport, headers: HttpRequest['headers']): Transport {
  return { send: (request) => transport.send({ ...request, headers: { ...request.headers, ...headers } }), close: async () => {} }
}
