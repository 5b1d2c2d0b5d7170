import { type Converter, ofKind } from '../converter.ts'

/** Serin has no pods beside a release but those of the canary and its baseline. */
export const experiment: Converter = {
  peer: 'argo',
  kind: 'Experiment of argoproj.io',
  accepts: ofKind('argoproj.io', 'Experiment'),
  convert(reading) {
    reading.at('metadata').take()
    reading
      .at('spec')
      .lost(
        'an Experiment has no counterpart',
        'write canary: {baseline: fresh} and spec.analysis.templates into a Rollout: it compares new pods of both versions',
      )
    return []
  },
}
