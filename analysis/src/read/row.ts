import { type Form, forms, type Measurement, type Samples } from '../table.ts'
import { nearest } from './nearest.ts'
import { type Place, refuse, shown } from './readError.ts'
import { type Fields, formOf, isFields, readSample, refuseMisspelt } from './sample.ts'

/** One metric in one interval, as a line says it. Counts of a histogram may still be cumulative. */
export interface Row {
  readonly interval: number
  readonly metric: string
  readonly measurement: Measurement
  readonly weight: number | undefined
  readonly cumulative: boolean | undefined
}

const rowFields: readonly string[] = ['interval', 'metric', 'form', 'canary', 'baseline', 'weight', 'cumulative']

/** Reads the fields of one line. Fields of which the format knows nothing are ignored; anything wrong with those it knows is a ReadError. */
export function readRow(value: unknown, place: Place): Row {
  if (!isFields(value))
    return refuse(place, '', `is ${shown(value)}: write an object like {"interval": 1, "metric": "errors", "form": "ratio", "canary": …}`)
  refuseMisspelt(value, rowFields, '', place)
  const interval = intervalOf(value.interval, place)
  const metric = nameOf(value.metric, place)
  const form = formNamed(value, place)
  return {
    interval,
    metric,
    measurement: measurementOf(form, value, place),
    weight: weightOf(value.weight, place),
    cumulative: cumulativeOf(value.cumulative, form, place),
  }
}

/** Both arms of a measurement; an arm without data is left out. */
export function measurementOf(form: Form, value: Fields, place: Place): Measurement {
  const canary = readSample(form, value.canary, 'canary', place)
  const baseline = readSample(form, value.baseline, 'baseline', place)
  const arms: { canary?: Samples[Form]; baseline?: Samples[Form] } = {}
  if (canary) arms.canary = canary
  if (baseline) arms.baseline = baseline
  return { form, ...arms } as Measurement
}

export function intervalOf(value: unknown, place: Place): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  return refuse(place, 'interval', `is ${shown(value)}: write the interval's number, a whole number, like 1, 2, 3`)
}

export function formNamed(value: Fields, place: Place): Form {
  const { form } = value
  const known = forms.find((one) => one === form)
  if (known) return known
  const seen = formOf(value.canary) ?? formOf(value.baseline)
  const meant = typeof form === 'string' ? nearest(form, forms) : seen
  return refuse(place, 'form', `is ${shown(form)}: write ${meant ? `"${meant}"` : `one of ${forms.join(', ')}`}`)
}

export function weightOf(value: unknown, place: Place): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && value >= 0 && value <= 100) return value
  return refuse(place, 'weight', `is ${shown(value)}: write the canary's share of the traffic in percent, 0 to 100`)
}

export function nameOf(value: unknown, place: Place): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 253 && !/\p{Cc}/u.test(value)) return value
  return refuse(place, 'metric', `is ${shown(value)}: write the metric's name, like "errors"`)
}

function cumulativeOf(value: unknown, form: Form, place: Place): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') return refuse(place, 'cumulative', `is ${shown(value)}: write true or false`)
  return form === 'histogram' ? value : undefined
}
