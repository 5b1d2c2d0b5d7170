import { type Converter, ofKind } from '../converter.ts'
import { isTold, targetOf } from './alerts.ts'

/** Where it leads stands in the Notifiers of the Canaries that name it. */
export const alertProvider: Converter = {
  peer: 'flagger',
  kind: 'AlertProvider of flagger.app',
  accepts: ofKind('flagger.app', 'AlertProvider'),
  convert(reading, context, source) {
    const target = targetOf(reading)
    if (target && !isTold(source, context))
      reading.at('spec').say({
        severity: 'todo',
        what: 'no Canary among the files names it, so whom it tells of what is not known',
        doInstead: 'convert it together with the Canaries that name it',
      })
    return []
  },
}
