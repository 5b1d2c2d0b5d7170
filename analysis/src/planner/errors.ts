/** A plan or history of which no forecast can be made: the message says why and what would be right. */
export class PlannerError extends Error {
  override readonly name = 'PlannerError'
}
