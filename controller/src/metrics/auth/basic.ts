import type { AuthContext, Authenticator, AuthSpec } from './authenticator.ts'

/** User and password (RFC 7617), in UTF-8. */
export function basic(spec: NonNullable<AuthSpec['basic']>, { secret }: Pick<AuthContext, 'secret'>): Authenticator {
  return {
    async sign() {
      const [user, password] = await Promise.all([secret(spec.usernameRef), secret(spec.passwordRef)])
      return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
    },
  }
}
