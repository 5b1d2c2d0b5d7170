import { headlineOf, linkOf, short, type Tone, textOf, titleOf, toneOf } from '../wording.ts'
import type { Target } from './target.ts'

const severities: Readonly<Record<Tone, string>> = { good: 'info', info: 'info', ask: 'warning', bad: 'error' }

/** Events API v2. The problem's own id is the dedup_key: told twice it is one incident, and its end resolves it. */
export const pagerDuty: Target<'pagerDuty'> = {
  kind: 'pagerDuty',
  chat: false,
  incidents: true,
  render(told, notifier) {
    const { pagerDuty: spec } = notifier
    const { id, ends, at, of, run, event, from, to, because, by, delivery } = told.spec
    const link = linkOf(told, notifier)
    const payload = {
      summary: short(titleOf(told, notifier), 1024),
      source: `${told.namespace}/${of.name}`,
      severity: severities[toneOf(told)],
      timestamp: at,
      component: of.workload ?? of.name,
      group: told.namespace,
      class: event,
      custom_details: {
        text: textOf(told, notifier),
        headline: headlineOf(told),
        run,
        from,
        to,
        because,
        by,
        rollout_uid: of.uid,
        delivery,
      },
    }
    const key = { dedup_key: short(ends ?? id, 255) }
    return {
      post: {
        method: 'POST',
        url: `${(spec.url ?? 'https://events.pagerduty.com').replace(/\/+$/, '')}/v2/enqueue`,
        headers: {},
        secretFields: { routing_key: spec.routingKeySecretRef },
        body:
          ends === undefined
            ? {
                event_action: 'trigger',
                ...key,
                payload,
                client: 'Serin',
                ...(link === undefined ? {} : { links: [{ href: link, text: 'Serin' }] }),
              }
            : { event_action: 'resolve', ...key, payload },
      },
    }
  },
}
