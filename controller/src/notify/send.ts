import { type TargetKind, targetKindOf } from '../api/notifier.ts'
import type { SecretKeyRef } from '../api/secretRef.ts'
import type { Clock } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'
import type { Reach } from '../metrics/addresses.ts'
import { SourceError } from '../metrics/errors.ts'
import type { SourceResponse } from '../metrics/provider.ts'
import { sentence } from '../metrics/providers/answers.ts'
import { retryAfterMs } from '../metrics/retryAfter.ts'
import type { Secrets } from '../metrics/secrets.ts'
import type { SourceTransport } from '../metrics/transport.ts'
import type { MailTransport, OutgoingMail } from './mail.ts'
import { targets } from './targets/registry.ts'
import type { Mail, Post, Spec, Target, Text, Ways } from './targets/target.ts'
import { signed } from './targets/webhook.ts'
import { specOf } from './wanted.ts'
import type { Told } from './wording.ts'

export interface Sender {
  readonly transport: SourceTransport
  readonly mail: MailTransport
  readonly secrets: Secrets
  readonly clock: Clock
  /** Where Secrets of a ClusterNotifier are. */
  readonly systemNamespace: string
}

const timeoutMs = 15_000

/** The kind of target of a Notifier. */
export function targetOf(notifier: KubeObject): Target {
  // Each is asked with specs of its own kind only.
  return targets[targetKindOf(specOf(notifier))] as Target
}

/**
 * Sends one message, one try. Resolves when the target took it. Throws a SourceError whose message holds no secret: `limited` and `down` (try again, perhaps
 * later), `refused` (somebody has to mend something, then it may do).
 */
export async function send(
  notifier: KubeObject,
  [told, ...more]: readonly [Told, ...Told[]],
  sender: Sender,
  how: 'send' | 'probe' = 'send',
): Promise<void> {
  const target = targetOf(notifier)
  const spec = specOf(notifier) as Spec<TargetKind>
  const { namespace = sender.systemNamespace } = notifier.metadata
  const reach: Reach = notifier.metadata.namespace === undefined ? 'platform' : 'tenant'
  const used = { names: new Set<string>(), values: [] as string[] }
  const secret = async (ref: SecretKeyRef): Promise<string> => {
    const value = await sender.secrets.value(namespace, ref)
    used.names.add(ref.name)
    used.values.push(value)
    return value
  }
  const message = target.render(told, spec, more)
  try {
    if ('mail' in message) return await sender.mail.send(await withLogin(message.mail, secret, reach))
    const ways: Ways = { post: (post) => exchange(post, secret, reach, sender), now: sender.clock.now() }
    if (how === 'probe' && target.probe) return await target.probe(spec, ways)
    if (target.send) return await target.send(message.post, told, spec, ways)
    judge(await ways.post(message.post), target, used.values)
  } catch (error) {
    // A secret that was not good may have been changed since.
    if (error instanceof SourceError && error.fault === 'refused') sender.secrets.forget(namespace, used.names)
    throw error
  }
}

/** Sends a test. Targets that open incidents close this one at once; those that would keep a trace are only asked whether they would take one. */
export async function probe(notifier: KubeObject, told: Told, sender: Sender): Promise<void> {
  const target = targetOf(notifier)
  await send(notifier, [told], sender, target.probe ? 'probe' : 'send')
  if (target.incidents) await send(notifier, [{ ...told, spec: { ...told.spec, event: 'Recovered', ends: told.spec.id } }], sender)
}

async function withLogin(mail: Mail, secret: (ref: SecretKeyRef) => Promise<string>, reach: Reach): Promise<OutgoingMail> {
  const { username, password, certificates, ...rest } = mail
  const auth = username && password ? { auth: { user: await secret(username), pass: await secret(password) } } : {}
  const trust = certificates ? { ca: await secret(certificates) } : {}
  return { ...rest, ...auth, ...trust, timeoutMs, reach }
}

/** One request, its secrets filled in. No answer, a redirect and what asks for patience are thrown; the rest is for the target to read. */
async function exchange(post: Post, secret: (ref: SecretKeyRef) => Promise<string>, reach: Reach, sender: Sender): Promise<SourceResponse> {
  const text = async (of: Text) => (typeof of === 'string' ? of : `${of.before ?? ''}${await secret(of.secret)}`)
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  for (const [name, value] of Object.entries(post.headers)) headers[name] = await text(value)
  const fields: Record<string, unknown> = { ...post.body }
  for (const [name, ref] of Object.entries(post.secretFields ?? {})) fields[name] = await secret(ref)
  const body = post.body === undefined ? undefined : JSON.stringify(fields)
  if (post.hmac) Object.assign(headers, signed(await secret(post.hmac), body ?? '', sender.clock.now()))
  const url = await text(post.url)
  const answer = await sender.transport.send({
    method: post.method,
    url,
    headers,
    ...(body === undefined ? {} : { body }),
    timeoutMs,
    reach,
  })
  const { status } = answer
  // Of an address that is a secret the host is none.
  const host = URL.parse(url)?.host ?? 'the target'
  const wait = retryAfterMs(answer.headers['retry-after'], sender.clock.now())
  if (status === 429 || (status === 403 && wait !== undefined))
    throw new SourceError('limited', `${host} answers ${status}: too many messages`, { retryAfterMs: wait })
  if (status === 408 || status >= 500) throw new SourceError('down', `${host} answers ${status}`, { retryAfterMs: wait })
  if (status >= 300 && status < 400)
    throw new SourceError('refused', `${host} redirects (${status}), which is not followed: write the address that it leads to`)
  return answer
}

function judge(answer: SourceResponse, target: Target, secrets: readonly string[]): void {
  const { status, text, headers } = answer
  if (status >= 200 && status < 300) {
    const refusal = target.refusal?.(answer)
    if (refusal !== undefined) throw new SourceError('refused', sentence(refusal, secrets))
    return
  }
  const page = headers['content-type']?.includes('html') ?? false
  const said = page || text.trim() === '' ? '' : `: ${sentence(text.slice(0, 300), secrets)}`
  throw new SourceError('refused', `${target.kind} answers ${status}${said}`)
}
