import { type Converter, ofKind } from '../converter.ts'

/** Serin has no pods beside a release but those of the canary and its baseline. */
export const experiment: Converter = {
  peer: 'argo',
  kind: 'Experiment of argoproj.io',
  accepts: ofKind('argoproj.io', 'Experiment'),
  convert(reading, _, { name, value }) {
    reading.take()
    const { generateName } = (value.metadata ?? {}) as { generateName?: unknown }
    reading.say({
      severity: 'lost',
      what: `Experiment ${name || String(generateName ?? '')} has no counterpart`,
      doInstead: 'write canary: {baseline: fresh} and spec.analysis.templates into a Rollout: it compares new pods of both versions',
    })
    return []
  },
}
