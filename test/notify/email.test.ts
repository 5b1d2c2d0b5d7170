import { createServer } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../controller/src/clock.ts'
import { selfSigned } from '../../controller/src/kube/testing/certificate.ts'
import { addressPolicy } from '../../controller/src/metrics/addresses.ts'
import { SourceError } from '../../controller/src/metrics/errors.ts'
import type { OutgoingMail } from '../../controller/src/notify/mail.ts'
import { smtpTransport } from '../../controller/src/notify/smtp.ts'

interface Got {
  secure: boolean
  user: string | undefined
  from: string
  to: string[]
  text: string
}

const certificate = selfSigned()
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

/** A mail server on loopback. It takes mail for example.com, and knows one user. */
async function mailServer(options: { secure?: boolean; tls?: boolean; refuse?: number } = {}): Promise<{ port: number; got: Got[] }> {
  const got: Got[] = []
  const { secure = false, tls = true, refuse } = options
  const server = new SMTPServer({
    secure,
    ...certificate,
    authOptional: true,
    disabledCommands: tls ? [] : ['STARTTLS'],
    onAuth({ username, password }, _, done) {
      if (username === 'serin' && password === 'very secret') done(null, { user: username })
      else done(new Error(`no such user ${username} with ${password}`))
    },
    onRcptTo({ address }, _, done) {
      done(address.endsWith('@example.com') ? null : Object.assign(new Error('not here'), { responseCode: 550 }))
    },
    onData(stream, { secure: encrypted, user, envelope }, done) {
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (piece: string) => {
        text += piece
      })
      stream.on('end', () => {
        if (refuse !== undefined) return done(Object.assign(new Error('go away'), { responseCode: refuse }))
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        got.push({ secure: encrypted, user, from, to: envelope.rcptTo.map(({ address }) => address), text })
        done()
      })
    },
  })
  // A client that hangs up in the middle of the handshake, as some of these do.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => new Promise((resolve) => server.close(resolve)))
  const address = server.server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, got }
}

const smtp = smtpTransport({ policy: addressPolicy({ allow: ['127.0.0.0/8'] }), clock: systemClock, resolve: async () => ['127.0.0.1'] })
const mail = (port: number, more: Partial<OutgoingMail> = {}): OutgoingMail => ({
  host: 'localhost',
  port,
  tls: 'startTls',
  ca: certificate.cert,
  from: 'serin@example.com',
  to: ['team@example.com', 'lead@example.com'],
  subject: 'shop/checkout was rolled back',
  text: 'errors: 4.9 % → 0.5 %\n.\nBcc: nobody',
  headers: { 'Serin-Delivery': '0123' },
  messageId: '<0123@serin.dev>',
  timeoutMs: 3_000,
  reach: 'tenant',
  ...more,
})
async function failure(promise: Promise<void>): Promise<SourceError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SourceError)) throw new Error(`not a SourceError: ${String(error)}`)
  return error
}

describe('mail', () => {
  test.each([
    ['startTls', { secure: false }, true],
    ['always', { secure: true }, true],
    ['never', { tls: false }, false],
  ] as const)('with tls %s arrives, once, for every receiver', async (tls, options, encrypted) => {
    const { port, got } = await mailServer(options)
    await smtp.send(mail(port, { tls, ...(encrypted ? { auth: { user: 'serin', pass: 'very secret' } } : {}) }))
    expect(got).toHaveLength(1)
    expect(got[0]).toMatchObject({ secure: encrypted, from: 'serin@example.com', to: ['team@example.com', 'lead@example.com'] })
    expect(got[0]?.user).toBe(encrypted ? 'serin' : undefined)
    expect(got[0]?.text).toMatch(/^Message-ID: <0123@serin.dev>/m)
    expect(got[0]?.text).toMatch(/^Serin-Delivery: 0123/m)
    expect(got[0]?.text).toMatch(/^Subject: shop\/checkout was rolled back/m)
  })

  test('what stands in a subject or text begins no header and ends no mail', async () => {
    const { port, got } = await mailServer()
    await smtp.send(mail(port, { subject: 'a\r\nBcc: x@evil.example\r\n\r\nbody' }))
    const [head = ''] = got[0]?.text.split('\r\n\r\n') ?? []
    expect(head).not.toMatch(/^Bcc:/m)
    expect(got[0]?.to).toEqual(['team@example.com', 'lead@example.com'])
  })

  test('is not sent in the clear when it was to be encrypted, nor to a server that nobody vouches for', async () => {
    const plain = await mailServer({ tls: false })
    expect((await failure(smtp.send(mail(plain.port)))).fault).toMatch(/refused|down/)
    const unknown = await mailServer()
    const { ca: _, ...trusting } = mail(unknown.port)
    const error = await failure(smtp.send(trusting))
    expect([plain.got, unknown.got]).toEqual([[], []])
    expect(error.message).toMatch(/certificate|encrypt/)
  })

  test('a login that is not good says so, without it', async () => {
    const { port } = await mailServer()
    const error = await failure(smtp.send(mail(port, { auth: { user: 'serin', pass: 'another secret' } })))
    expect(error.fault).toBe('refused')
    expect(error.message).toMatch(/usernameRef and passwordRef/)
    expect(error.message).not.toContain('another secret')
  })

  test('one wrong receiver of two does not have the other get it again and again; none left is refused', async () => {
    const { port, got } = await mailServer()
    await smtp.send(mail(port, { to: ['team@example.com', 'x@elsewhere.example'] }))
    expect(got.map(({ to }) => to)).toEqual([['team@example.com']])
    expect((await failure(smtp.send(mail(port, { to: ['x@elsewhere.example'] })))).fault).toBe('refused')
  })

  test.each([
    [451, 'down'],
    [554, 'refused'],
  ] as const)('a server that answers %i is %s', async (refuse, fault) => {
    const { port } = await mailServer({ refuse })
    expect((await failure(smtp.send(mail(port)))).fault).toBe(fault)
  })

  test('a server that says nothing is given up in time', async () => {
    const sockets: { destroy(): void }[] = []
    const silent = createServer((socket) => void sockets.push(socket))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const error = await failure(smtp.send(mail(port, { timeoutMs: 300 })))
    expect(error.fault).toBe('down')
    for (const socket of sockets) socket.destroy()
    silent.close()
  })

  test.each(['127.0.0.1', '169.254.169.254', '::1', '0x7f000001', 'localhost'])('%s may not be reached by a tenant', async (host) => {
    const { port, got } = await mailServer()
    const strict = smtpTransport({ policy: addressPolicy(), clock: systemClock, resolve: async () => ['127.0.0.1'] })
    expect((await failure(strict.send(mail(port, { host })))).message).toMatch(/may not be reached from here/)
    expect(got).toEqual([])
  })
})
