import type { BinaryOp } from './expr.ts'

/** The result of an arithmetic operator. */
export function operate(op: BinaryOp, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '^':
      return left ** right
    default:
      throw new Error(`${op} is no arithmetic operator`)
  }
}

/** Whether a comparison holds. */
export function compare(op: BinaryOp, left: number, right: number): boolean {
  switch (op) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '>':
      return left > right
    case '<':
      return left < right
    case '>=':
      return left >= right
    case '<=':
      return left <= right
    default:
      throw new Error(`${op} is no comparison`)
  }
}
