import type { Instant } from '../../../clock.ts'
import { SourceError } from '../../errors.ts'
import type { ProviderCall } from '../../provider.ts'

/** A ProviderCall over fetch, for servers on loopback, that maps statuses as its contract says. Secrets are named "name/key". */
export function callOver<Spec>(spec: Spec, secrets: Readonly<Record<string, string>>, now: Instant): ProviderCall<Spec> {
  return {
    spec,
    now,
    async secret({ name, key }) {
      const value = secrets[`${name}/${key}`]
      if (value === undefined) throw new SourceError('refused', `there is no key ${key} in Secret ${name}`)
      return value
    },
    async send({ method, url, headers, body, retryHeader }) {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        ...(headers ? { headers: { ...headers } } : {}),
        ...(body === undefined ? {} : { body }),
      }).catch((cause: unknown) => {
        throw new SourceError('down', 'no answer', { cause })
      })
      const { status } = response
      const given = Object.fromEntries(response.headers)
      const text = await response.text()
      if (status === 401 || status === 403) throw new SourceError('refused', `refused (${status})`)
      if (status === 429) {
        const seconds = Number(given['retry-after'] ?? given[retryHeader ?? ''])
        throw new SourceError('limited', 'too many requests', { retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined })
      }
      if (status >= 500) throw new SourceError('down', `failed (${status})`)
      return { status, headers: given, text }
    },
  }
}
