import type { CommandRequest, CommandView, Offer } from '../../../../controller/src/server/dto/detail.ts'

/** What became of an action that a person takes, from the click to the controller's answer. */
export type Asking =
  | { state: 'idle' }
  | { state: 'open'; offer: Offer; openedAt: number; error?: unknown }
  | { state: 'sending'; offer: Offer; openedAt: number }
  | { state: 'following'; offer: Offer; command: CommandView; sentAt: number }
  | { state: 'answered'; offer: Offer; command: CommandView }

export type Happened =
  | { what: 'chosen'; offer: Offer; at: number }
  | { what: 'closed' }
  | { what: 'sent' }
  | { what: 'accepted'; command: CommandView; at: number }
  | { what: 'failed'; error: unknown }
  | { what: 'told'; command: CommandView }

/** What cannot happen in a state changes nothing: a late answer never reopens what was put away, and nothing is sent twice. */
export function asked(now: Asking, happened: Happened): Asking {
  switch (happened.what) {
    case 'chosen':
      return now.state === 'sending' ? now : { state: 'open', offer: happened.offer, openedAt: happened.at }
    case 'closed':
      return now.state === 'sending' ? now : { state: 'idle' }
    case 'sent':
      return now.state === 'open' ? { state: 'sending', offer: now.offer, openedAt: now.openedAt } : now
    case 'failed':
      return now.state === 'sending' ? { state: 'open', offer: now.offer, openedAt: now.openedAt, error: happened.error } : now
    case 'accepted':
      return now.state === 'sending' ? followed(now.offer, happened.command, happened.at) : now
    case 'told':
      return now.state === 'following' && now.command.name === happened.command.name
        ? followed(now.offer, happened.command, now.sentAt)
        : now
  }
}

const followed = (offer: Offer, command: CommandView, sentAt: number): Asking =>
  command.phase === 'Pending' ? { state: 'following', offer, command, sentAt } : { state: 'answered', offer, command }

/** The request for what was offered, aimed at what was shown: by the time it arrives the run may be elsewhere, and then it must do nothing. */
export function requestFor(offer: Offer, reason: string, version?: string): CommandRequest {
  const revision = offer.action === 'undo' ? version : offer.revision
  return {
    action: offer.action,
    ...(offer.run === undefined ? {} : { run: offer.run }),
    ...(offer.step === undefined ? {} : { step: offer.step }),
    ...(revision === undefined ? {} : { revision }),
    ...(reason === '' ? {} : { reason }),
  }
}
