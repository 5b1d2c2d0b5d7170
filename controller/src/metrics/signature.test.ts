import { expect, test } from 'vitest'
import { signature } from './signature.ts'

test('is the HMAC of time and body', () => {
  // printf '1767225600.{"a":1}' | openssl dgst -sha256 -hmac key
  const expected = '80f7b75f8618b9b24d72673996a625f1a43f7387a26b6739d667431724fe4d23'
  expect(signature('key', '{"a":1}', 1_767_225_600_999)).toBe(`t=1767225600,v1=${expected}`)
})

test('changes with key, body and second', () => {
  const all = [signature('key', 'a', 1000), signature('key', 'b', 1000), signature('other', 'a', 1000), signature('key', 'a', 2000)]
  expect(new Set(all).size).toBe(4)
  expect(signature('key', 'a', 1999)).toBe(all[0])
})
