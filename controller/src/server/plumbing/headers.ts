import type { App } from '../app.ts'

/** Nothing runs, loads or frames that this server did not send. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

const features = ['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'microphone', 'midi', 'payment', 'usb']

const always = {
  'content-security-policy': policy,
  'permissions-policy': features.map((feature) => `${feature}=()`).join(', '),
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  // Also of what went out as it is: a cache must not give it to whoever takes gzip, nor the other way round.
  vary: 'accept-encoding',
}

/**
 * Headers that every answer has. Call before any other hook: what a later one refuses has them too, which is why they are no plugin's.
 * `origin`: where people open it; HSTS only where that is https.
 */
export function sendHeaders(app: App, { origin }: { origin?: string }): void {
  const headers = { ...always, ...(origin?.startsWith('https://') ? { 'strict-transport-security': 'max-age=31536000' } : {}) }
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id })
  })
  app.addHook('onSend', async (request, reply) => {
    if (reply.hasHeader('cache-control') || !request.url.startsWith('/api')) return
    // What is asked for anew each time may stay in the browser of the person: that is what the ETag is for.
    reply.header('cache-control', reply.hasHeader('etag') ? 'private, no-cache' : 'no-store')
  })
}
