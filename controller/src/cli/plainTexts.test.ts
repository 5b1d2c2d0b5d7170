import { expect, test } from 'vitest'
import { plainTexts } from './plainTexts.ts'

test('sentences lose what could draw on a terminal; what is written back stays byte for byte', () => {
  const status = {
    message: 'refused: \u001b[2J\u001b]0;title\u0007\r\ngo on, × … ≤',
    run: { waiting: { because: 'a\u009b31mb\u202ec' }, spec: { text: 'one\ntwo' }, originals: { routes: [{ original: 'x\ty' }] } },
    history: [{ because: 'tab\there' }],
    count: 3,
  }
  expect(plainTexts(status)).toEqual({
    message: 'refused:  [2J ]0;title go on, × … ≤',
    run: { waiting: { because: 'a 31mb c' }, spec: { text: 'one\ntwo' }, originals: { routes: [{ original: 'x\ty' }] } },
    history: [{ because: 'tab here' }],
    count: 3,
  })
})
