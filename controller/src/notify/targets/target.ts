import type { NotifierSpec, TargetKind } from '../../api/notifier.ts'
import type { SecretKeyRef } from '../../api/secretRef.ts'
import type { Instant } from '../../clock.ts'
import type { SourceResponse } from '../../metrics/provider.ts'
import type { Told } from '../wording.ts'

/** A text, or a Secret's value behind it. What is rendered holds references only: it can be shown, logged and compared. */
export type Text = string | { readonly secret: SecretKeyRef; readonly before?: string }

/** A request over HTTP that is not sent yet. */
export interface Post {
  readonly method: 'GET' | 'POST'
  readonly url: Text
  readonly headers: Readonly<Record<string, Text>>
  /** Sent as JSON; left out: none. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Joins the body as fields of it. */
  readonly secretFields?: Readonly<Record<string, SecretKeyRef>>
  /** Signs it; see webhook.ts. */
  readonly hmac?: SecretKeyRef
}

export interface Mail {
  readonly host: string
  readonly port: number
  readonly tls: 'startTls' | 'always' | 'never'
  readonly username?: SecretKeyRef
  readonly password?: SecretKeyRef
  readonly certificates?: SecretKeyRef
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  /** Mail servers that know it already drop it. */
  readonly messageId: string
}

export type Message = { readonly post: Post } | { readonly mail: Mail }

/** What a target may use while it sends. */
export interface Ways {
  /** Throws a SourceError: no answer (`down`), an address that may not be reached (`refused`). Answers of any status come back. */
  post(post: Post): Promise<SourceResponse>
  readonly now: Instant
}

/** One kind of target. A new one is a file in targets/ with this, and a line in registry.ts. */
export interface Target<K extends TargetKind = TargetKind> {
  readonly kind: K
  /** For people who read: many at once become one message. */
  readonly chat: boolean
  /** It keeps incidents open until it is told that they are over. */
  readonly incidents?: true
  /** Pure: the same always gives the same. `more`: what is told in the same message, for targets that are `chat`. */
  render(told: Told, spec: Spec<K>, more: readonly Told[]): Message
  /** Sends what was rendered, where that is more than one request. Throws a SourceError. */
  send?(message: Post, told: Told, spec: Spec<K>, ways: Ways): Promise<void>
  /** Finds out whether it would take something, leaving nothing there; where a test message would stay for good. Throws a SourceError. */
  probe?(spec: Spec<K>, ways: Ways): Promise<void>
  /** Why an answer 2xx is none, as some services have it. */
  refusal?(answer: SourceResponse): string | undefined
}

/** The whole spec of a Notifier of that kind. */
export type Spec<K extends TargetKind> = NotifierSpec & { readonly [key in K]: NonNullable<NotifierSpec[K]> }
