import { type Converter, ofKind } from '../converter.ts'

export const alertProvider: Converter = {
  peer: 'flagger',
  kind: 'AlertProvider of flagger.app',
  accepts: ofKind('flagger.app', 'AlertProvider'),
  convert(reading) {
    const doInstead = "alert on the Events of the Rollout, on kubectl wait in the pipeline, or on the controller's own metrics"
    reading.at('metadata').take()
    reading.at('spec').lost('Serin sends no notifications yet', doInstead)
    return []
  },
}
