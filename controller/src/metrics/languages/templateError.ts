/** A query whose placeholders cannot be filled in. The message says what is wrong and what to write, and never holds a value. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TemplateError'
  }
}
