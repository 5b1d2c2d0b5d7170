import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { below, failure, readJson, sentence } from './answers.ts'

const response = (status: number, text: string) => ({ status, headers: {}, text })
const speaker = { vendor: 'Vendor', secrets: ['s3cret-key'] }

test('no secret stands in a sentence, whatever is around it, and the sentence is one line of bounded length', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 4, maxLength: 40 }),
      fc.string({ maxLength: 600 }),
      fc.string({ maxLength: 600 }),
      (secret, before, after) => {
        const text = sentence(before + secret + after, [secret])
        expect('***'.includes(secret) || !text.includes(secret)).toBe(true)
        expect(text.length).toBeLessThanOrEqual(400)
        expect(text).not.toMatch(/[\r\n\t\0]/)
      },
    ),
  )
})

test('says where JSON has another shape, without repeating what it holds', () => {
  const schema = z.object({ series: z.array(z.object({ at: z.number() })) })
  expect(() => readJson(schema, response(200, '{"series":[{"at":1},{"at":"s3cret-key"}]}'), speaker)).toThrow(
    'Vendor answered with JSON of another shape than it documents at series.1.at: check the address of the source',
  )
  expect(() => readJson(schema, response(200, ''), speaker)).toThrow('Vendor answered with nothing and not with JSON')
})

test.each([
  [400, 'no such s3cret-key', 'query', 'Vendor: no such ***'],
  [404, undefined, 'shape', 'Vendor answered 404 with JSON: check the address of the source'],
  [302, undefined, 'refused', 'Vendor answered with a redirect (302), which is not followed: write the address it leads to'],
  [408, undefined, 'down', 'Vendor failed (408)'],
  [429, 'slow down', 'limited', 'Vendor takes no more requests for now (429): slow down'],
  [403, 'no right', 'refused', 'Vendor refused the request (403): no right'],
] as const)('status %i with the words %s is %s', (status, said, fault, message) => {
  const error = failure(response(status, '{}'), said, speaker)
  expect([error.fault, error.message]).toEqual([fault, message])
})

test('an address below another keeps its path and query, and encodes values', () => {
  expect(below('https://a.example/base/?x=1', '/api', [['q', 'a&b=c #+']])).toBe('https://a.example/base/api?x=1&q=a%26b%3Dc+%23%2B')
  expect(below('https://a.example', '/api')).toBe('https://a.example/api')
})
