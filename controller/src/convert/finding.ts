/** What a reader of the result has to know of one place of the input. */
export interface Finding {
  readonly file: string
  readonly line: number
  /** Where in the object: `spec.strategy.canary.steps[0]`; empty: the object itself. */
  readonly path: string
  /** lost: nothing stands for it in the result. changed: what stands for it behaves differently. todo: somebody has to do something. */
  readonly severity: 'lost' | 'changed' | 'todo'
  /** A sentence without its full stop. */
  readonly what: string
  /** What to do about it; empty: nothing. */
  readonly doInstead: string
}

export type Note = Pick<Finding, 'severity' | 'what' | 'doInstead'>
