import type { Reach } from '../metrics/addresses.ts'

/** A mail with its secrets, ready to go. */
export interface OutgoingMail {
  readonly host: string
  readonly port: number
  readonly tls: 'startTls' | 'always' | 'never'
  readonly auth?: { readonly user: string; readonly pass: string }
  /** Certificates to trust besides those of the system, PEM. */
  readonly ca?: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly messageId: string
  readonly timeoutMs: number
  readonly reach: Reach
}

/** Hands mail to servers. */
export interface MailTransport {
  /** Resolves when the server took it for every receiver. Throws a SourceError: `refused` for an address that may not be reached or a login that is not good, `down` otherwise. */
  send(mail: OutgoingMail): Promise<void>
}
