import { createHmac } from 'node:crypto'
import type { Instant } from '../clock.ts'

export const signatureHeader = 'x-serin-signature'

/**
 * Value of the header X-Serin-Signature: `t=<unix seconds>,v1=<hex>`, where v1 is the HMAC with SHA-256 of `<t>.<signed>`. `signed` is the body; of a
 * request without one its path and query. Receivers compare in constant time and refuse a `t` that is some minutes old.
 */
export function signature(key: string, signed: string, now: Instant): string {
  const t = Math.floor(now / 1000)
  return `t=${t},v1=${createHmac('sha256', key).update(`${t}.${signed}`).digest('hex')}`
}
