import { type Language, seconds } from './language.ts'
import { TemplateError } from './templateError.ts'

/** Nothing is known of the text: only what means nothing anywhere is inserted. */
export const none: Language = {
  literals: [],
  escape(value) {
    if (/^[A-Za-z0-9_.-]+$/.test(value) && !/^\.+$|--/.test(value)) return value
    throw new TemplateError('only letters, digits, "-", "_" and "." can be inserted into a query of this source')
  },
  interval: (milliseconds) => seconds(milliseconds),
}
