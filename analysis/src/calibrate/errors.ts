/** History that cannot be used as it is: the message says what is wrong and what would be right. */
export class CalibrationError extends Error {
  override readonly name = 'CalibrationError'
}
