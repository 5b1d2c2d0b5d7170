import { z } from 'zod'
import { bucketsOf, check, type Happening, podsIn, type VendorServer, vendorServer } from './vendorServer.ts'

export const influxToken = 'influx-token-c2VjcmV0=='

const Property = z.object({
  type: z.literal('Property'),
  key: z.object({ type: z.literal('Identifier'), name: z.string() }),
  value: z.unknown(),
})
const Extern = z.object({
  type: z.literal('File'),
  body: z.tuple([
    z.object({
      type: z.literal('OptionStatement'),
      assignment: z.object({
        type: z.literal('VariableAssignment'),
        id: z.object({ type: z.literal('Identifier'), name: z.literal('v') }),
        init: z.object({ type: z.literal('ObjectExpression'), properties: z.array(Property) }),
      }),
    }),
  ]),
})
const Time = z.object({ type: z.literal('DateTimeLiteral'), value: z.iso.datetime({ precision: 3 }) })
const Length = z.object({ type: z.literal('DurationLiteral'), values: z.tuple([z.object({ magnitude: z.int(), unit: z.literal('ms') })]) })
const Flux = z.object({
  query: z.string(),
  type: z.literal('flux'),
  dialect: z.object({ header: z.literal(true), delimiter: z.literal(','), annotations: z.array(z.string()) }),
  extern: Extern,
})

/** Answers POST /api/v2/query like InfluxDB 2: aggregateWindow(every: v.windowPeriod, fn: sum, createEmpty: false) by pod, as annotated CSV. */
export function fluxServer(happenings: readonly Happening[]): Promise<VendorServer> {
  return vendorServer(({ method, path, params, headers, body }) => {
    check(method === 'POST' && path === '/api/v2/query' && params.get('org') === 'shop', `${method} ${path}?${params}`)
    check(headers.authorization === `Token ${influxToken}` && headers['content-type'] === 'application/json', 'wrong headers')
    const { extern, dialect } = Flux.parse(JSON.parse(body))
    check(
      ['datatype', 'group', 'default'].every((name) => dialect.annotations.includes(name)),
      'not all annotations',
    )
    const properties = new Map(extern.body[0].assignment.init.properties.map(({ key, value }) => [key.name, value]))
    const [start, stop] = ['timeRangeStart', 'timeRangeStop'].map((name) => Date.parse(Time.parse(properties.get(name)).value))
    const every = Length.parse(properties.get('windowPeriod')).values[0].magnitude
    check(start !== undefined && stop !== undefined && start < stop, 'no time asked for')
    const first = Math.floor(start / every) * every
    const lines = podsIn(happenings).flatMap((pod, table) =>
      bucketsOf(happenings, pod, first, stop, every).flatMap(([begin, amount]) => {
        const end = Math.min(begin + every, stop)
        return amount === undefined ? [] : [`,,${table},${iso(start)},${iso(stop)},${iso(end)},${amount},errors,app,${pod}`]
      }),
    )
    return {
      headers: { 'content-type': 'text/csv; charset=utf-8' },
      body: lines.length > 0 ? [...fluxHead, ...lines, '', ''].join('\r\n') : '\r\n',
    }
  })
}

const iso = (at: number) => new Date(at).toISOString()

export const fluxHead = [
  '#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,long,string,string,string',
  '#group,false,false,true,true,false,false,true,true,true',
  '#default,_result,,,,,,,,',
  ',result,table,_start,_stop,_time,_value,_field,_measurement,pod',
]

/** Answers GET /query like InfluxDB 1: sum by GROUP BY time(…), pod; windows at multiples of their length, null where nothing was. */
export function influxqlServer(happenings: readonly Happening[]): Promise<VendorServer> {
  return vendorServer(({ method, path, params, headers }) => {
    check(
      method === 'GET' && path === '/query' && params.get('db') === 'metrics' && params.get('epoch') === 'ms',
      `${method} ${path}?${params}`,
    )
    check(headers.authorization === `Token ${influxToken}`, 'wrong token')
    const q = params.get('q') ?? ''
    const parts = /^SELECT .* WHERE time >= (\d+)ms AND time < (\d+)ms GROUP BY time\((\d+)s\), pod$/.exec(q)
    check(parts !== null, `query ${q}`)
    const [start, end, every] = [Number(parts[1]), Number(parts[2]), Number(parts[3]) * 1000]
    check(start < end, 'no time asked for')
    const first = Math.floor(start / every) * every
    const series = podsIn(happenings).map((pod) => ({
      name: 'app',
      tags: { pod },
      columns: ['time', 'sum'],
      values: bucketsOf(happenings, pod, first, end, every).map(([begin, amount]) => [begin, amount ?? null]),
    }))
    return { body: JSON.stringify({ results: [{ statement_id: 0, ...(series.length > 0 ? { series } : {}) }] }) }
  })
}
