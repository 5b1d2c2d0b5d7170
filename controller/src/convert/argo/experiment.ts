import { type Converter, ofKind } from '../converter.ts'

/** Serin has no pods beside a release but those of the canary and its baseline. */
export const experiment: Converter = {
  peer: 'argo',
  kind: 'Experiment of argoproj.io',
  accepts: ofKind('argoproj.io', 'Experiment'),
  convert(reading, _, { name, value }) {
    const { generateName } = (value.metadata ?? {}) as { generateName?: unknown }
    reading.at('metadata').take()
    const what = `Experiment ${name || String(generateName ?? '')} has no counterpart`
    const doInstead = 'write canary: {baseline: fresh} and spec.analysis.templates into a Rollout: it compares new pods of both versions'
    reading.at('spec').lost(what, doInstead)
    // One without a spec has nothing else to say it by.
    if (reading.at('spec').value === undefined) reading.say({ severity: 'lost', what, doInstead })
    return []
  },
}
