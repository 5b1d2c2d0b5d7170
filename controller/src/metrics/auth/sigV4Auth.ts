import type { AuthContext, Authenticator, AuthSpec } from './authenticator.ts'
import { signV4 } from './sigV4.ts'

/** Signature of AWS, version 4, with keys from Secrets. */
export function sigV4(spec: NonNullable<AuthSpec['sigV4']>, { secret, clock }: Pick<AuthContext, 'secret' | 'clock'>): Authenticator {
  return {
    async sign({ method, url, headers = {}, body }) {
      const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
        secret(spec.accessKeyIdRef),
        secret(spec.secretAccessKeyRef),
        spec.sessionTokenRef && secret(spec.sessionTokenRef),
      ])
      const { region, service } = spec
      return signV4({ method, url, headers, body, region, service, accessKeyId, secretAccessKey, sessionToken, now: clock.now() })
    },
  }
}
