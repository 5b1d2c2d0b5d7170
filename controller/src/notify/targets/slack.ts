import { parseJson } from '../../metrics/providers/answers.ts'
import { wordsOf } from '../digest.ts'
import { short, type Tone } from '../wording.ts'
import type { Target, Text } from './target.ts'

const colours: Readonly<Record<Tone, string>> = { good: '#2e7d32', info: '#607d8b', ask: '#f9a825', bad: '#c62828' }

/** Nothing that stands in angle brackets is a mention or a link then. */
const safe = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** By an incoming webhook, or chat.postMessage with a token. */
export const slack: Target<'slack'> = {
  kind: 'slack',
  chat: true,
  render(told, notifier, more) {
    const { slack: spec } = notifier
    const { title, text, link, tone } = wordsOf(told, more, notifier, safe)
    const section = (said: string) => ({ type: 'section', text: { type: 'mrkdwn', text: short(said, 2900) } })
    const button = { type: 'button', text: { type: 'plain_text', text: 'Open' }, url: link }
    const blocks = [
      section(`*${title}*`),
      ...(text === '' ? [] : [section(text)]),
      ...(link === undefined ? [] : [{ type: 'actions', elements: [button] }]),
    ]
    const url: Text = spec.webhookSecretRef
      ? { secret: spec.webhookSecretRef }
      : `${(spec.url ?? 'https://slack.com').replace(/\/+$/, '')}/api/chat.postMessage`
    const headers: Record<string, Text> = {}
    if (spec.tokenSecretRef) headers.authorization = { before: 'Bearer ', secret: spec.tokenSecretRef }
    return {
      post: {
        method: 'POST',
        url,
        headers,
        body: {
          ...(spec.channel === undefined ? {} : { channel: spec.channel }),
          // What notifications of the operating system and screen readers say.
          text: short(title, 2900),
          attachments: [{ color: colours[tone], fallback: short(title, 2900), blocks }],
          unfurl_links: false,
        },
      },
    }
  },
  // It answers 200 to what it does not take.
  refusal({ text }) {
    const answer = parseJson(text) as { ok?: unknown; error?: unknown } | undefined
    return answer?.ok === false ? `Slack says ${String(answer.error).slice(0, 100)}` : undefined
  },
}
