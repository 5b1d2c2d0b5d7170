import { parseQuantity } from './quantity.ts'

const int32 = 2 ** 31

const goDuration = /^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*)$/
const dateTime = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const ipv4 = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/

const textForms: Record<string, (text: string) => boolean> = {
  'date-time': (text) => dateTime.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text) => goDuration.test(text),
  byte: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0,
  uuid: (text) => uuid.test(text),
  ipv4: (text) => ipv4.test(text),
  uri: (text) => URL.canParse(text) || text.startsWith('/'),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  quantity: (text) => parseQuantity(text) !== undefined,
}

/** What a format has against a value, in the words of an error; undefined for formats that ask nothing. */
export function formatProblem(format: string | undefined, value: string | number): string | undefined {
  if (format === undefined) return undefined
  if (typeof value === 'number') {
    if (format === 'int32' && (value < -int32 || value >= int32)) return 'must be of type int32'
    return undefined
  }
  const fits = textForms[format]
  return fits === undefined || fits(value) ? undefined : `must be of type ${format}`
}
