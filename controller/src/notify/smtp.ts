import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { getCACertificates } from 'node:tls'
import { createTransport } from 'nodemailer'
import type { Clock } from '../clock.ts'
import { type AddressPolicy, literalAddress } from '../metrics/addresses.ts'
import { SourceError } from '../metrics/errors.ts'
import type { MailTransport, OutgoingMail } from './mail.ts'

export interface SmtpOptions {
  readonly policy: AddressPolicy
  readonly clock: Clock
  /** All addresses of a host name. Left out: as the machine resolves names. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

/** Speaks SMTP to real servers, a connection for each mail. It goes to the very address that the policy was asked for. */
export function smtpTransport({ policy, clock, resolve = bySystem }: SmtpOptions): MailTransport {
  return {
    async send(mail) {
      const address = await allowed(mail, policy, resolve)
      const transport = createTransport({
        host: address,
        port: mail.port,
        secure: mail.tls === 'always',
        requireTLS: mail.tls === 'startTls',
        ignoreTLS: mail.tls === 'never',
        tls: {
          ...(isIP(mail.host) ? {} : { servername: mail.host }),
          ...(mail.ca === undefined ? {} : { ca: [...getCACertificates('default'), mail.ca] }),
        },
        ...(mail.auth ? { auth: mail.auth } : {}),
        connectionTimeout: mail.timeoutMs,
        greetingTimeout: mail.timeoutMs,
        socketTimeout: mail.timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      const late = Promise.withResolvers<never>()
      const stop = clock.after(mail.timeoutMs, () => late.reject(new SourceError('down', `${mail.host} did not take the mail in time`)))
      try {
        const { from, to, subject, text, headers, messageId } = mail
        const sent = transport.sendMail({ from, to: [...to], subject, text, headers: { ...headers }, messageId })
        const { rejected } = await Promise.race([sent, late.promise])
        // Those who got it do not get it twice: that some address is wrong is for people to see.
        if (rejected.length === to.length) throw new SourceError('refused', `${mail.host} takes mail for none of the receivers`)
      } catch (error) {
        throw explain(error, mail)
      } finally {
        stop()
        transport.close()
      }
    },
  }
}

async function allowed(
  { host, reach }: OutgoingMail,
  policy: AddressPolicy,
  resolve: NonNullable<SmtpOptions['resolve']>,
): Promise<string> {
  // As a URL reads it: octal, hexadecimal and short forms of addresses become dotted ones.
  const url = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}/`)
  if (!url) throw new SourceError('refused', `${host} is no name of a server`)
  const literal = literalAddress(url)
  let addresses: readonly string[]
  try {
    addresses = literal === undefined ? await resolve(url.hostname) : [literal]
  } catch (cause) {
    throw new SourceError('down', `${host} is not known by name: is the name right?`, { cause })
  }
  for (const address of addresses) {
    const because = policy(address, reach)
    if (because) throw new SourceError('refused', `${host} may not be reached from here: it is ${because}`)
  }
  const [first] = addresses
  if (first === undefined) throw new SourceError('down', `the name ${host} has no address`)
  return first
}

async function bySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** nodemailer's messages quote what the server said, which may quote a login: only codes are passed on. */
function explain(error: unknown, { host, port }: OutgoingMail): SourceError {
  if (error instanceof SourceError) return error
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  const answered = typeof responseCode === 'number' ? ` (${responseCode})` : ''
  if (code === 'EAUTH')
    return new SourceError('refused', `${host} does not take the user and password${answered}: look at usernameRef and passwordRef`)
  if (code === 'ETLS')
    return new SourceError(
      'refused',
      `${host}:${port} does not encrypt as email.tls says${answered}: write always, startTls or never, as it does`,
    )
  if (code === 'EENVELOPE') return new SourceError('refused', `${host} does not take the sender or the receivers${answered}`)
  if (code === 'EMESSAGE')
    return new SourceError(
      typeof responseCode === 'number' && responseCode >= 500 ? 'refused' : 'down',
      `${host} does not take the mail${answered}`,
    )
  if (error instanceof Error && /certificate|altnames/i.test(error.message))
    return new SourceError('refused', `${host} has a certificate that nobody known has signed for it: write email.caRef, or another host`)
  return new SourceError('down', `${host}:${port} gave no answer${answered}${typeof code === 'string' ? ` (${code})` : ''}`, {
    cause: error,
  })
}
