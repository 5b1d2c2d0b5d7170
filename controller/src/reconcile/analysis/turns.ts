/** Lets so many in at a time; the others wait in the order they came. */
export interface Turns {
  /** Resolves when it is one's turn; what it gives ends it. */
  enter(): Promise<() => void>
}

export function turns(atATime: number): Turns {
  const waiting: (() => void)[] = []
  let inside = 0
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else inside--
  }
  return {
    async enter() {
      if (inside < atATime) inside++
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return leave
    },
  }
}
