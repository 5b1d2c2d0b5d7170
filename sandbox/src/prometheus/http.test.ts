import { expect, test } from 'vitest'
import { parseExposition } from './exposition.ts'
import { answer } from './http.ts'
import { scrapedAt, seriesOf, seriesSource } from './series.ts'

const at = Date.parse('2026-01-01T00:00:00.500Z')
const data = scrapedAt(parseExposition('x{pod="b"} 2\nx{pod="a"} 0.5\ny NaN\nz -Inf\nbig 1e21'), at)

const get = (path: string) => {
  const { status, headers, text } = answer({ method: 'GET', url: path }, data, at)
  return { status, type: headers['content-type'], body: text.startsWith('{') ? JSON.parse(text) : text }
}

test('an instant query gives a vector with seconds and text', () => {
  expect(get('/api/v1/query?query=x')).toEqual({
    status: 200,
    type: 'application/json',
    body: {
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          { metric: { __name__: 'x', pod: 'b' }, value: [at / 1000, '2'] },
          { metric: { __name__: 'x', pod: 'a' }, value: [at / 1000, '0.5'] },
        ],
      },
    },
  })
  const values = ['y', 'z', 'big', '0.0000001'].map((query) => get(`/api/v1/query?query=${query}`).body.data.result)
  expect(values.map((result) => (result[0].value ?? result)[1])).toEqual(['NaN', '-Inf', '1e+21', '1e-7'])
})

test('a scalar and a range have their own forms', () => {
  expect(get('/api/v1/query?query=1%2B1&time=1767225600').body.data).toEqual({ resultType: 'scalar', result: [1_767_225_600, '2'] })
  expect(get(`/api/v1/query?query=x{pod="a"}[1m]&time=2026-01-01T00:00:01Z`).body.data).toEqual({
    resultType: 'matrix',
    result: [{ metric: { __name__: 'x', pod: 'a' }, values: [[at / 1000, '0.5']] }],
  })
})

test('a range query answers on the steps from its start', () => {
  const counted = seriesSource([
    seriesOf('x', {}, [
      [0, 1],
      [10_000, 2],
      [20_000, 3],
    ]),
  ])
  const form = new URLSearchParams({ query: 'x', start: '0.5', end: '21', step: '10s' }).toString()
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const { status, text } = answer({ method: 'POST', url: 'http://prometheus:9090/api/v1/query_range', headers, body: form }, counted, 0)
  expect(status).toBe(200)
  expect(JSON.parse(text).data).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'x' },
        values: [
          [0.5, '1'],
          [10.5, '2'],
          [20.5, '3'],
        ],
      },
    ],
  })
})

test.each<[string, number, string, string]>([
  ['/api/v1/query?query=sum(', 400, 'bad_data', 'invalid parameter "query": 1:5: parse error: unexpected end of input'],
  ['/api/v1/query', 400, 'bad_data', 'invalid parameter "query": unknown position: parse error: no expression found in input'],
  ['/api/v1/query?query=x&time=soon', 400, 'bad_data', 'invalid parameter "time": cannot parse "soon" to a valid timestamp'],
  ['/api/v1/query?query=x%2Bon()y%2Bon()x', 422, 'execution', 'found duplicate series for the match group {} on the'],
  [
    '/api/v1/query_range?query=x&start=2&end=1&step=1',
    400,
    'bad_data',
    'invalid parameter "end": end timestamp must not be before start time',
  ],
  ['/api/v1/query_range?query=x&start=1&end=2&step=0', 400, 'bad_data', 'invalid parameter "step": zero or negative query resolution'],
  ['/api/v1/query_range?query=x&start=1&end=2&step=a', 400, 'bad_data', 'invalid parameter "step": cannot parse "a" to a valid duration'],
  ['/api/v1/query_range?query=x&start=1&end=20000&step=1', 400, 'bad_data', 'exceeded maximum resolution of 11,000 points per timeseries'],
])('%s is refused', (path, status, errorType, message) => {
  expect(get(path)).toMatchObject({ status, body: { status: 'error', errorType, error: expect.stringContaining(message) } })
})

test('it is healthy and ready, and knows no other addresses or methods', () => {
  expect(get('/-/healthy')).toMatchObject({ status: 200, body: 'Prometheus Server is Healthy.\n' })
  expect(get('/-/ready').status).toBe(200)
  expect(get('/api/v1/nothing').status).toBe(404)
  expect(answer({ method: 'DELETE', url: '/api/v1/query?query=1' }, data, at).status).toBe(405)
})
