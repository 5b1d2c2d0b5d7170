import type { AuthContext, Authenticator, AuthSpec } from './authenticator.ts'

/** A token that somebody put into a Secret (RFC 6750). */
export function bearer(spec: NonNullable<AuthSpec['bearer']>, { secret }: Pick<AuthContext, 'secret'>): Authenticator {
  return { sign: async () => ({ authorization: `Bearer ${await secret(spec.tokenRef)}` }) }
}
