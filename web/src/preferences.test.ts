import { expect, test } from 'vitest'
import { preferencesOf } from './preferences.ts'

test('what was chosen is read back, what is not known counts as not chosen', () => {
  expect(preferencesOf('{"theme":"dark","keys":false,"zone":"utc"}')).toEqual({ theme: 'dark', keys: false, zone: 'utc' })
  for (const text of [null, '', '{', 'null', '[]', '7', '{"theme":"neon","keys":1,"zone":{}}'])
    expect(preferencesOf(text)).toEqual({ theme: 'system', keys: true, zone: 'local' })
})
