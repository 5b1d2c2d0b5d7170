import type { Offer, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import type { Action } from '../../actions/actions.ts'
import { strings } from '../../strings.ts'
import { arranged, refusalOf } from './offers.ts'

/** Keys of what one does in a hurry. They only open the dialog. */
const keys: Partial<Record<Offer['action'], string>> = { pause: 'p', resume: 'p', abort: 'shift+a', reject: 'shift+a' }

/** What can be done with the release, for the palette and the keyboard. */
export function offeredActions(release: ReleaseDetail, readOnly: boolean, choose: (offer: Offer) => void): Action[] {
  const { buttons, menu } = arranged(release.offers, release)
  return [...buttons, ...menu].map((offer) => ({
    id: `release ${offer.action}`,
    title: strings.actions.ofRelease(strings.actions.names[offer.action], release.name),
    group: strings.actions.group,
    keys: keys[offer.action],
    because: refusalOf(offer, release, readOnly),
    run: () => choose(offer),
  }))
}
