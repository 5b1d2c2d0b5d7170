import type { Source } from '../documents.ts'
import { ledgerOf, type Reading } from '../reading.ts'

/** Whether a Canary lists such an entry in its analysis, under either of the keys that Flagger knows for it. Reads no further than the first. */
export function someEntry(canary: Source, list: 'alerts' | 'metrics', is: (entry: Reading) => boolean): boolean {
  if (canary.kind !== 'Canary') return false
  const spec = ledgerOf(canary).reading.at('spec')
  return ['analysis', 'canaryAnalysis'].some((key) => spec.at(key, list).items().some(is))
}
