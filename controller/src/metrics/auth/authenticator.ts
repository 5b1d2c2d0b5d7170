import type { MetricSourceSpec } from '../../api/metricSource.ts'
import type { SecretKeyRef } from '../../api/secretRef.ts'
import type { Clock } from '../../clock.ts'
import type { SourceRequest, SourceResponse } from '../provider.ts'
import { basic } from './basic.ts'
import { bearer } from './bearer.ts'
import { oauth2 } from './oauth2.ts'
import { sigV4 } from './sigV4Auth.ts'

export type AuthSpec = NonNullable<MetricSourceSpec['auth']>

/** What signing in may use. */
export interface AuthContext {
  secret(ref: SecretKeyRef): Promise<string>
  /** Sends a request of its own, unsigned, by the source's transport and TLS, within what is left of `timeoutMs`. Throws a SourceError for no answer. */
  send(request: SourceRequest, timeoutMs: number): Promise<SourceResponse>
  readonly clock: Clock
}

export interface Authenticator {
  /** The headers that sign this request, names in lower case. `timeoutMs`: how long it may take. Throws a SourceError. */
  sign(request: SourceRequest, timeoutMs: number): Promise<Record<string, string>>
  /** The source answered 401 to these headers. True: it is worth signing again at once. */
  rejected?(headers: Readonly<Record<string, string>>): boolean
}

const none: Authenticator = { sign: async () => ({}) }

/** How that source is signed in to. A new way is a file here and a line. */
export function authenticator(spec: AuthSpec | undefined, context: AuthContext): Authenticator {
  if (spec?.basic) return basic(spec.basic, context)
  if (spec?.bearer) return bearer(spec.bearer, context)
  if (spec?.sigV4) return sigV4(spec.sigV4, context)
  if (spec?.oauth2) return oauth2(spec.oauth2, context)
  return none
}
