import { linkOf, short, type Tone, textOf, titleOf, toneOf } from '../wording.ts'
import type { Target } from './target.ts'

const priorities: Readonly<Record<Tone, string>> = { good: 'P5', info: 'P5', ask: 'P3', bad: 'P2' }

/** Alert API. The problem's own id is the alias: told twice it is one alert, and its end closes it. */
export const opsgenie: Target<'opsgenie'> = {
  kind: 'opsgenie',
  chat: false,
  incidents: true,
  render(told, notifier) {
    const { opsgenie: spec } = notifier
    const { id, ends, of, run, event, from, to, by, delivery } = told.spec
    const base = (spec.url ?? (spec.region === 'eu' ? 'https://api.eu.opsgenie.com' : 'https://api.opsgenie.com')).replace(/\/+$/, '')
    const alias = short(ends ?? id, 512)
    const link = linkOf(told, notifier)
    const details = { namespace: told.namespace, name: of.name, uid: of.uid, run, from, to, by, link, delivery }
    const said = Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
    return {
      post: {
        method: 'POST',
        url: ends === undefined ? `${base}/v2/alerts` : `${base}/v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`,
        headers: { authorization: { before: 'GenieKey ', secret: spec.apiKeySecretRef } },
        body:
          ends === undefined
            ? {
                message: short(titleOf(told, notifier), 130),
                alias,
                description: short(textOf(told, notifier), 15_000),
                details: Object.fromEntries(said),
                entity: `${told.namespace}/${of.name}`,
                source: 'Serin',
                priority: priorities[toneOf(told)],
                tags: ['serin', event],
              }
            : { source: 'Serin', note: short(titleOf(told, notifier), 1000) },
      },
    }
  },
}
