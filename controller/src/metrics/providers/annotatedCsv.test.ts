import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTables } from './annotatedCsv.ts'

const head = ['#datatype,string,long,string,double', '#group,false,false,true,false', '#default,_result,,,', ',result,table,pod,_value']

test('any text in a cell comes back as it was', () => {
  const written = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '#') }),
          fc.double().filter((value) => !Object.is(value, -0)),
        ),
        { minLength: 1 },
      ),
      (rows) => {
        const lines = rows.map(
          ([pod, value], index) =>
            `,,${index},${written(pod)},${value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : value}`,
        )
        const read = readTables(`${[...head, ...lines].join('\r\n')}\r\n`)
        if (!('tables' in read)) throw new Error('no tables')
        expect(read.tables.map(({ group, rows: [row] }) => [group, row?.get('pod'), row?.get('_value')])).toEqual(
          rows.map(([pod, value]) => [['pod'], pod, value]),
        )
      },
    ),
  )
})

test('no text makes it throw or hang', () => {
  const unit = fc.constantFrom('a', '"', ',', '\n', '\r', '#datatype', '#group', 'error', 'reference', '1')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => void readTables(text)),
    { numRuns: 500 },
  )
})

test('reads each type, defaults, and nothing as null', () => {
  const text = [
    '#datatype,string,long,dateTime:RFC3339Nano,unsignedLong,boolean,double,string',
    '#group,false,false,false,false,false,false,true',
    '#default,mine,0,,7,,,none',
    ',result,table,_time,u,b,d,s',
    ',,,2026-06-01T12:00:00.5Z,,true,,',
    ',,,not a time,9,false,-Inf,x',
  ].join('\n')
  const read = readTables(text)
  const rows = 'tables' in read ? read.tables.flatMap((table) => table.rows) : []
  const cells = rows.map((row) => ['result', 'table', '_time', 'u', 'b', 'd', 's'].map((name) => row.get(name)))
  expect(cells).toEqual([
    ['mine', 0, { at: Date.UTC(2026, 5, 1, 12, 0, 0, 500) }, 7, 1, null, 'none'],
    ['mine', 0, null, 9, 0, Number.NEGATIVE_INFINITY, 'x'],
  ])
})

test.each(['{"code": "invalid"}', 'hello', '<html></html>', 'a,b\n1,2'])('%s is not annotated CSV', (text) => {
  expect(readTables(text)).toHaveProperty('shape')
})

test.each(['', '\r\n', '\r\n\r\n', head.join('\n')])('an answer without rows has no tables', (text) => {
  expect(readTables(text)).toEqual({ tables: [] })
})
