import { wordsOf } from '../digest.ts'
import { short } from '../wording.ts'
import type { Target } from './target.ts'

/** Plain text: nothing in it can be anything but text. */
export const email: Target<'email'> = {
  kind: 'email',
  chat: true,
  render(told, notifier, more) {
    const { host, port, tls, from, to, usernameRef, passwordRef, caRef } = notifier.email
    const { title, text, link } = wordsOf(told, more, notifier, (plain) => plain)
    const { delivery, id } = told.spec
    return {
      mail: {
        host,
        port,
        tls,
        ...(usernameRef ? { username: usernameRef } : {}),
        ...(passwordRef ? { password: passwordRef } : {}),
        ...(caRef ? { certificates: caRef } : {}),
        from,
        to,
        subject: short(title, 200),
        text: `${[text, link].filter(Boolean).join('\n\n')}\n\n-- \nSerin\n`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'Serin-Delivery': delivery, 'Serin-Id': id },
        messageId: `<${delivery}${more.length === 0 ? '' : `.${more.length}`}@serin.dev>`,
      },
    }
  },
}
