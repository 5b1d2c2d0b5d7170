import type { MetricSourceSpecInput } from '../../api/metricSource.ts'
import { durationText } from '../durations.ts'
import type { Reading } from '../reading.ts'
import { literalText, type Scene, secretIn, Unconvertible } from './scene.ts'

type Access = Pick<MetricSourceSpecInput, 'headers' | 'auth' | 'tls' | 'timeout'>

/** Headers, signing in, TLS and timeout of a provider, in Serin's words. `name` is the key of a header's name. */
export function accessOf(reading: Reading, scene: Scene, timeout: 'timeout' | 'timeoutSeconds'): Access {
  const seconds = reading.at(timeout).count()
  const { headers, auth: bearer } = headersOf(reading.at('headers'), scene)
  const auth = authOf(reading.at('authentication'), scene) ?? bearer
  return {
    ...(auth ? { auth } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(reading.at('insecure').flag() === true ? { tls: { insecureSkipVerify: true } } : {}),
    ...(seconds === undefined || seconds === 0 ? {} : { timeout: durationText(seconds) }),
  }
}

function headersOf(reading: Reading, scene: Scene): { headers: NonNullable<Access['headers']>; auth?: Access['auth'] } {
  const headers: NonNullable<Access['headers']> = []
  let auth: Access['auth']
  for (const header of reading.items()) {
    const name = header.at('key').text() ?? ''
    const value = header.at('value').text() ?? ''
    const token = secretIn(value, 'Bearer ', scene)
    const valueRef = secretIn(value, '', scene)
    if (/^authorization$/i.test(name) && token) auth = { bearer: { tokenRef: token } }
    else if (valueRef) headers.push({ name, valueRef })
    else headers.push({ name, value: literalText(value, scene) })
  }
  return auth ? { headers, auth } : { headers }
}

function authOf(reading: Reading, scene: Scene): Access['auth'] {
  const { sigv4, oauth2, basicAuth } = Object.fromEntries(reading.fields())
  if (sigv4) {
    sigv4.todo(
      'sigv4: Serin takes keys from a Secret, not from its pod, a profile or a role',
      'write auth: {sigV4: …} into the MetricSource',
    )
    return undefined
  }
  if (oauth2) {
    const secret = (key: string) => {
      const found = secretIn(oauth2.at(key).text() ?? '', '', scene)
      if (found) return found
      throw new Unconvertible(
        `oauth2: ${key} is written out, and Serin takes it from a Secret`,
        'put it into a Secret, and write auth: {oauth2: …} into a MetricSource',
      )
    }
    const tokenUrl = literalText(oauth2.at('tokenUrl').text() ?? '', scene)
    const scopes = oauth2
      .at('scopes')
      .items()
      .flatMap((scope) => scope.text() ?? [])
    return {
      oauth2: {
        tokenUrl,
        clientIdRef: secret('clientId'),
        clientSecretRef: secret('clientSecret'),
        ...(scopes.length > 0 ? { scopes } : {}),
      },
    }
  }
  if (basicAuth)
    throw new Unconvertible(
      'basicAuth has no counterpart that can be filled in',
      'write auth: {basic: …} into a MetricSource, with user and password from a Secret',
    )
  return undefined
}
