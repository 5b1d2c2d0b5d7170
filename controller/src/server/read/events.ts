import type { KubeObject } from '../../kube/types.ts'
import type { EventView } from '../dto/detail.ts'

/** As both groups of Events write them. */
interface Told {
  type?: string
  reason?: string
  note?: string
  eventTime?: string | null
  deprecatedLastTimestamp?: string | null
  deprecatedCount?: number
  series?: { count?: number; lastObservedTime?: string }
  regarding?: { kind?: string; name?: string; uid?: string }
}

const most = 200

/** Events about these objects, the newest first. */
export function eventViews(events: readonly KubeObject[], about: ReadonlySet<string | undefined>): EventView[] {
  const mine = events.filter((event) => about.has((event as Told).regarding?.uid))
  return mine
    .map(eventView)
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .slice(0, most)
}

function eventView(event: KubeObject): EventView {
  const {
    type,
    reason = '',
    note = '',
    eventTime,
    deprecatedLastTimestamp,
    deprecatedCount,
    series,
    regarding,
  } = event as KubeObject & Told
  const at = series?.lastObservedTime || eventTime || deprecatedLastTimestamp || event.metadata.creationTimestamp || ''
  return {
    type: type === 'Warning' ? 'Warning' : 'Normal',
    reason,
    note,
    about: { kind: regarding?.kind ?? '', name: regarding?.name ?? '' },
    count: series?.count ?? deprecatedCount ?? 1,
    at: Number.isNaN(Date.parse(at)) ? at : new Date(at).toISOString(),
  }
}
