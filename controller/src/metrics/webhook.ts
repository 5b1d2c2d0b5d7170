import { milliseconds } from '../api/fields.ts'
import type { Metric } from '../api/metric.ts'
import type { SecretKeyRef } from '../api/secretRef.ts'
import { type Clock, sleep } from '../clock.ts'
import type { Reach } from './addresses.ts'
import { SourceError } from './errors.ts'
import { atPointer } from './jsonPointer.ts'
import type { SourceResponse } from './provider.ts'
import { parseJson } from './providers/answers.ts'
import { retryAfterMs } from './retryAfter.ts'
import { signature, signatureHeader } from './signature.ts'
import type { SourceTransport } from './transport.ts'

export type WebhookSpec = NonNullable<Metric['webhook']>

export interface WebhookCall {
  readonly spec: WebhookSpec
  /** Sent as JSON; `spec.body` joins it as its field "data". */
  readonly body: Readonly<Record<string, unknown>>
  secret(ref: SecretKeyRef): Promise<string>
  readonly transport: SourceTransport
  readonly clock: Clock
  readonly reach: Reach
  /** Gives it up between tries. */
  readonly signal?: AbortSignal
}

export interface WebhookResult {
  readonly passed: boolean
  /** End of a sentence: "it answered 200", "/ok of its answer is false". */
  readonly because: string
}

const firstWaitMs = 1_000
const longestWaitMs = 60_000

/**
 * Asks a webhook once, and again after no answer, 408, 429 and 5xx: after 1 s, doubling up to 60 s, or after as long as it asks for. The service may so
 * get the same question twice. Throws a SourceError: after the last try, for an address that may not be reached, a redirect, a missing Secret (refused),
 * and for an answer without what the pointer points at (shape).
 */
export async function callWebhook(call: WebhookCall): Promise<WebhookResult> {
  const { spec, clock, signal } = call
  const body = JSON.stringify(spec.body === undefined ? call.body : { ...call.body, data: spec.body })
  for (let tries = 0; ; tries++) {
    try {
      return judge(await ask(call, body), spec.pointer, new URL(spec.url).host)
    } catch (error) {
      if (!(error instanceof SourceError) || tries >= spec.retries || (error.fault !== 'down' && error.fault !== 'limited')) throw error
      await sleep(clock, Math.min(longestWaitMs, error.retryAfterMs ?? firstWaitMs * 2 ** Math.min(tries, 10)), signal)
      if (signal?.aborted) throw error
    }
  }
}

async function ask({ spec, secret, transport, clock, reach }: WebhookCall, body: string): Promise<SourceResponse> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (spec.hmacSecretRef) headers[signatureHeader] = signature(await secret(spec.hmacSecretRef), body, clock.now())
  const response = await transport.send({ method: 'POST', url: spec.url, headers, body, timeoutMs: milliseconds(spec.timeout), reach })
  const { status } = response
  // Its address may hold a token in its path.
  const { host } = new URL(spec.url)
  const wait = () => retryAfterMs(response.headers['retry-after'], clock.now())
  if (status === 429) throw new SourceError('limited', `the webhook at ${host} answered 429`, { retryAfterMs: wait() })
  if (status === 408 || status >= 500) throw new SourceError('down', `the webhook at ${host} answered ${status}`, { retryAfterMs: wait() })
  if (status >= 300 && status < 400)
    throw new SourceError(
      'refused',
      `the webhook at ${host} redirects (${status}), which is not followed: write the address that it leads to`,
    )
  return response
}

function judge({ status, text }: SourceResponse, pointer: string | undefined, host: string): WebhookResult {
  const good = status >= 200 && status < 300
  if (pointer === undefined) return { passed: good, because: `it answered ${status}` }
  const document = parseJson(text)
  const value = document === undefined ? undefined : atPointer(document, pointer)
  if (typeof value === 'boolean') {
    // A "true" in an error page of a gateway is no word of the service.
    if (!value || good) return { passed: value, because: `${pointer === '' ? 'its answer' : `${pointer} of its answer`} is ${value}` }
    return { passed: false, because: `it answered ${status}` }
  }
  const what =
    document === undefined
      ? 'its answer is not JSON'
      : `${pointer === '' ? 'its answer' : `${pointer} of its answer`} is neither true nor false`
  throw new SourceError('shape', `the webhook at ${host} answered ${status}, but ${what}: look at webhook.pointer`)
}
