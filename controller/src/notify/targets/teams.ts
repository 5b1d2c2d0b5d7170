import { wordsOf } from '../digest.ts'
import { short, type Tone } from '../wording.ts'
import type { Target } from './target.ts'

const colours: Readonly<Record<Tone, string>> = { good: 'Good', info: 'Accent', ask: 'Warning', bad: 'Attention' }

/** Its cards know a part of Markdown. */
const safe = (text: string): string => text.replace(/[\\`*_[\]()#<>~|]/g, (found) => `\\${found}`).replace(/^([-+]|\d+\.)(?=\s)/gm, '\\$1')

/** A workflow that posts what it gets into a channel; an adaptive card. */
export const teams: Target<'teams'> = {
  kind: 'teams',
  chat: true,
  render(told, notifier, more) {
    const { title, text, link, tone } = wordsOf(told, more, notifier, safe)
    const block = (said: string, rest: object) => ({ type: 'TextBlock', text: said, wrap: true, ...rest })
    // One line break is none in Markdown.
    const body = [
      block(short(title, 1000), { weight: 'Bolder', size: 'Medium', color: colours[tone] }),
      ...(text === '' ? [] : [block(short(text, 15_000).replaceAll('\n', '\n\n'), {})]),
    ]
    const card = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body,
      ...(link === undefined ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open', url: link }] }),
    }
    return {
      post: {
        method: 'POST',
        url: { secret: notifier.teams.webhookSecretRef },
        headers: {},
        body: {
          type: 'message',
          attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
        },
      },
    }
  },
}
