import { expect, test } from 'vitest'
import { ApiError, Unreachable } from './client.ts'
import { worthRetrying } from './queryClient.ts'

const answered = (status: number) => new ApiError({ type: '', code: '', title: '', status, detail: '', effect: '', requestId: '' })

test('only what may be better next time is asked again', () => {
  expect(worthRetrying(new Unreachable('away'))).toBe(true)
  expect(worthRetrying(answered(503))).toBe(true)
  for (const status of [400, 401, 403, 404, 409, 429]) expect(worthRetrying(answered(status))).toBe(false)
  expect(worthRetrying(new TypeError('a mistake of ours'))).toBe(false)
})
