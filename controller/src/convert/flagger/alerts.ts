import type { NotifierSpecInput } from '../../api/notifier.ts'
import type { NotifyEvent } from '../../api/notifyWords.ts'
import { apiVersion } from '../../api/rollout.ts'
import { closest } from '../../api/suggest.ts'
import type { Context } from '../converter.ts'
import type { Source } from '../documents.ts'
import { metadataOf } from '../metadata.ts'
import { ledgerOf, type Reading } from '../reading.ts'
import { someEntry } from './entries.ts'

type Target = Pick<NotifierSpecInput, 'slack' | 'teams'>

/** What is told at each severity, besides what is told at the graver ones. */
const events: Readonly<Record<string, readonly NotifyEvent[]>> = {
  error: ['RolledBack', 'Aborted', 'Degraded'],
  warn: ['WaitingForApproval', 'Paused', 'SourceDown'],
  info: ['RunStarted', 'Promoted', 'Superseded', 'Recovered'],
}
const severities = Object.keys(events)

/** A Notifier for each alert of a Canary, shared by those that say the same; what has none is noted. */
export function shareNotifiers(
  alerts: Reading,
  { name, namespace }: { name: string; namespace: string | undefined },
  context: Context,
): void {
  for (const alert of alerts.items()) {
    alert.at('name').text()
    const severity = alert.at('severity').text() ?? 'info'
    const known = severities.includes(severity)
    if (!known) {
      const near = closest(severity, severities) ?? 'info'
      alert.at('severity').say({
        severity: 'changed',
        what: `Flagger knows no severity ${severity}: all is told`,
        doInstead: `write ${near}, if that is meant`,
      })
    }
    const ref = alert.at('providerRef')
    const [provider, where] = [ref.at('name').text(), ref.at('namespace').text() ?? namespace]
    const found = provider === undefined ? undefined : context.find('AlertProvider', provider, where)
    if (!found) {
      alert.say({
        severity: 'lost',
        what: `nobody is told: AlertProvider ${provider ?? '(no name)'} is not among the files`,
        doInstead: 'convert it together with its AlertProvider, or write a Notifier',
      })
      continue
    }
    const target = targetOf(ledgerOf(found).reading)
    if (!target) {
      ref.say({
        severity: 'lost',
        what: `nobody is told: no Notifier can stand for AlertProvider ${found.name}`,
        doInstead: 'write a Notifier',
      })
      continue
    }
    const told = known ? severities.slice(0, severities.indexOf(severity) + 1) : severities
    const spec: NotifierSpecInput = { ...target, events: told.flatMap((one) => events[one] ?? []), rollouts: { names: [name] } }
    const metadata = { name: `${name}-${found.name}`, ...(namespace ? { namespace } : {}) }
    context.share({ apiVersion, kind: 'Notifier', metadata, spec })
  }
}

/** Whether a Canary among the sources names it. */
export function isTold(source: Source, { sources, find }: Context): boolean {
  return sources.some((canary) =>
    someEntry(canary, 'alerts', (alert) => {
      const [name, namespace] = ['name', 'namespace'].map((one) => alert.at('providerRef', one).text())
      return name !== undefined && find('AlertProvider', name, namespace ?? canary.namespace) === source
    }),
  )
}

/** Reads an AlertProvider as a target of Notifiers; undefined, and noted, where Serin has no such target. */
export function targetOf(reading: Reading): Target | undefined {
  const name = metadataOf(reading)?.name
  const spec = reading.at('spec')
  const type = spec.at('type').text()
  if (name === undefined || type === undefined || !['slack', 'rocket', 'msteams'].includes(type)) {
    const doInstead = 'write a Notifier of kind webhook to a service that passes it on'
    spec.say({ severity: 'lost', what: `Serin has no target of kind ${type ?? '(no type)'}`, doInstead })
    for (const key of ['type', 'channel', 'username', 'address', 'proxy', 'secretRef']) spec.at(key).take()
    return undefined
  }
  const secret = spec.at('secretRef', 'name').text()
  const address = spec.at('address')
  const byToken = type === 'slack' && address.value === 'https://slack.com/api/chat.postMessage' && secret !== undefined
  const channel = byToken ? spec.at('channel').text() : undefined
  spec.at('proxy').lost('a Notifier has no proxy of its own', 'send through a Notifier of kind webhook, to a service that passes it on')
  spec.at('username').changed('messages are signed by the webhook or the token, not by a name of their own')
  if (byToken && channel !== undefined) {
    address.text()
    return { slack: { tokenSecretRef: { name: secret, key: 'token' }, channel } }
  }
  spec.at('channel').changed('a webhook has its channel already')
  const key = { name: secret ?? name, key: 'address' }
  if (secret === undefined)
    address.todo(
      'the address of a webhook is a secret, so a Notifier has it from a Secret',
      `make a Secret ${name} with the key address beside the Notifier`,
    )
  else {
    address.lost('the address in the Secret is taken', '')
    const doInstead = `copy Secret ${secret} into the namespace of each Notifier that names it`
    spec.at('secretRef').say({ severity: 'todo', what: 'a Notifier reads Secrets of its own namespace', doInstead })
  }
  if (type !== 'msteams') return { slack: { webhookSecretRef: key } }
  spec.at('type').say({
    severity: 'todo',
    what: 'Serin sends to a workflow of Teams, not to a connector',
    doInstead: 'make a workflow "when a Teams webhook request is received", and put its address there',
  })
  return { teams: { webhookSecretRef: key } }
}
