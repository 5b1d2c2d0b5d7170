/** A body that grows: whole lines in, read at the reader's pace. Ends once, on either side. */
export class LineStream implements AsyncIterableIterator<Uint8Array> {
  #lines: Uint8Array[] = []
  #waiting: { resolve(result: IteratorResult<Uint8Array>): void; reject(error: Error): void } | undefined
  #ended = false
  #error: Error | undefined
  readonly #limit: number
  readonly #onEnd: () => void
  /** What it is about: the name of a resource. */
  readonly topic: string

  /** At most `limit` lines wait for a reader; one that is slower than that loses the stream. */
  constructor(topic: string, limit: number, onEnd: () => void) {
    this.topic = topic
    this.#limit = limit
    this.#onEnd = onEnd
  }

  get ended(): boolean {
    return this.#ended
  }

  push(line: Uint8Array): void {
    if (this.#ended) return
    if (this.#waiting) {
      this.#waiting.resolve({ done: false, value: line })
      this.#waiting = undefined
      return
    }
    this.#lines.push(line)
    if (this.#lines.length > this.#limit) this.end()
  }

  /** No more lines; those that wait can still be read. With an error the reader gets it after them. */
  end(error?: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#onEnd()
    const waiting = this.#waiting
    this.#waiting = undefined
    if (error) waiting?.reject(error)
    else waiting?.resolve({ done: true, value: undefined })
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const line = this.#lines.shift()
    if (line) return Promise.resolve({ done: false, value: line })
    if (this.#error) return Promise.reject(this.#error)
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#lines = []
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
