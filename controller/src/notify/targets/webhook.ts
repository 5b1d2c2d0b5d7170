import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../clock.ts'
import { linkOf, textOf, titleOf } from '../wording.ts'
import type { Target, Text } from './target.ts'

/** The headers that sign a body: `serin-timestamp` in seconds, `serin-signature` `v1=<hex>`, the HMAC with SHA-256 of `<timestamp>.<body>`. */
export function signed(key: string, body: string, now: Instant): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  return { 'serin-timestamp': timestamp, 'serin-signature': `v1=${digest(key, timestamp, body)}` }
}

/**
 * What a receiver does with them; the guide shows the same. True for a body that this key signed at most `toleranceMs` ago. Against replays within
 * that time a receiver remembers `serin-delivery`.
 */
export function verify(
  key: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  now: Instant,
  toleranceMs = 300_000,
): boolean {
  const timestamp = headers['serin-timestamp'] ?? ''
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1000) > toleranceMs) return false
  const expected = Buffer.from(`v1=${digest(key, timestamp, body)}`)
  const given = Buffer.from(headers['serin-signature'] ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const digest = (key: string, timestamp: string, body: string): string =>
  createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')

export const webhook: Target<'webhook'> = {
  kind: 'webhook',
  chat: false,
  render(told, notifier) {
    const { webhook: spec } = notifier
    const { event, id, delivery, at, of, run, from, to, step, because, by, requestId, ends } = told.spec
    const own = (spec.headers ?? []).map(({ name, value, valueRef }): [string, Text] => [
      name.toLowerCase(),
      valueRef ? { secret: valueRef } : (value ?? ''),
    ])
    return {
      post: {
        method: 'POST',
        url: spec.url,
        headers: { ...Object.fromEntries(own), 'serin-delivery': delivery, 'serin-event': event },
        ...(spec.hmacSecretRef ? { hmac: spec.hmacSecretRef } : {}),
        body: {
          version: 1,
          delivery,
          id,
          event,
          at,
          namespace: told.namespace,
          of,
          run,
          from,
          to,
          step,
          because,
          by,
          requestId,
          ends,
          title: titleOf(told, notifier),
          text: textOf(told, notifier),
          link: linkOf(told, notifier),
        },
      },
    }
  },
}
