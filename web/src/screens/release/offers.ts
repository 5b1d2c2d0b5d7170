import type { Action, CommandView, Offer, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { relativeText } from '../../parts/times.ts'
import { strings } from '../../strings.ts'

/** The ones that have buttons, the likeliest first; the others are in the menu. */
const order: readonly Action[] = ['approve', 'reject', 'promote', 'resume', 'retry', 'pause', 'undo', 'abort']
const mostButtons = 4

/** What can be done now, as buttons and the rest as a menu. What makes no sense is not shown; what one may not do is, with why. */
export function arranged(offers: readonly Offer[], { run }: Pick<ReleaseDetail, 'run'>): { buttons: Offer[]; menu: Offer[] } {
  const votes = run?.step?.kind === 'approve'
  const shown = offers.filter(({ action, possible }) => possible && !isTwin(action, votes))
  const buttons = order.flatMap((action) => shown.filter((offer) => offer.action === action)).slice(0, mostButtons)
  return { buttons, menu: shown.filter((offer) => !buttons.includes(offer)) }
}

/** Approve and promote are the same word to the controller, and so are reject and abort: one of each is shown. */
const isTwin = (action: Action, votes: boolean): boolean =>
  votes ? action === 'promote' || action === 'abort' : action === 'approve' || action === 'reject'

export function kindOf(action: Action): 'primary' | 'danger' | 'plain' {
  switch (action) {
    case 'promote':
    case 'approve':
    case 'retry':
    case 'resume':
      return 'primary'
    case 'abort':
    case 'reject':
      return 'danger'
    case 'pause':
    case 'undo':
    case 'promoteFull':
    case 'restart':
      return 'plain'
  }
}

/** Why one may not; undefined: one may. */
export function refusalOf(offer: Offer, { namespace }: Pick<ReleaseDetail, 'namespace'>, readOnly: boolean): string | undefined {
  if (readOnly) return strings.actions.readOnly
  return offer.allowed ? undefined : (offer.because ?? strings.actions.notAllowed(offer.action, namespace))
}

/** What takes a version back must say why. */
export const needsReason = (action: Action): boolean => action === 'abort' || action === 'reject' || action === 'undo'

/** Dangerous ones have the focus on Cancel. */
export const isDangerous = (action: Action): boolean => needsReason(action) || action === 'promoteFull'

/** Why what was about to be asked is no more what it was: somebody was faster, or the run went on. Undefined: it still holds. */
export function conflictOf(
  opened: Offer,
  openedAt: number,
  release: Pick<ReleaseDetail, 'offers' | 'run' | 'last'>,
  commands: readonly CommandView[],
  now: number,
): string | undefined {
  const present = release.offers.find(({ action }) => action === opened.action)
  const same = present?.possible && present.run === opened.run && present.step === opened.step && present.revision === opened.revision
  if (same) return undefined
  const words = strings.actions.conflict
  const state = stateNow(release)
  const since = commands
    .filter(({ askedAt, answeredAt, phase }) => phase === 'Done' && Date.parse(answeredAt ?? askedAt) >= openedAt - clockSkew)
    .toSorted((one, other) => Date.parse(other.askedAt) - Date.parse(one.askedAt))[0]
  if (!since) return words.movedOn(state)
  return words.somebody(
    since.by ?? strings.release.timeline.unverified,
    strings.actions.past[since.action],
    relativeText(Date.parse(since.answeredAt ?? since.askedAt), now),
    state,
  )
}

/** Clocks of the browser and of the cluster differ. */
const clockSkew = 5_000

function stateNow({ run, last }: Pick<ReleaseDetail, 'run' | 'last'>): string {
  const words = strings.actions.conflict
  if (!run) return last ? words.over(last.id, strings.parts.result[last.result]) : words.noRun
  if (run.paused) return words.paused
  return run.step ? words.step(run.step.index + 1, run.steps) : words.stage(strings.release.stages[run.stage])
}
