import type { ApiResponse } from '../types.ts'

const encoder = new TextEncoder()

/** An ordinary answer: one piece. */
export function answer(status: number, body: string, headers: Record<string, string> = {}): ApiResponse {
  const bytes = encoder.encode(body)
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-cache, private',
      'content-length': String(bytes.length),
      ...headers,
    },
    body: once(bytes),
  }
}

export function jsonAnswer(status: number, value: object, headers: Record<string, string> = {}): ApiResponse {
  return answer(status, JSON.stringify(value), headers)
}

export function textAnswer(status: number, text: string): ApiResponse {
  return answer(status, text, { 'content-type': 'text/plain; charset=utf-8' })
}

/** An answer that goes on. */
export function streamAnswer(body: AsyncIterable<Uint8Array>, headers: Record<string, string> = {}): ApiResponse {
  return { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private', ...headers }, body }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

/** Warning headers as kubectl prints them; several are joined as HTTP allows. */
export function warningHeaders(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {}
  return { warning: warnings.map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`).join(', ') }
}
